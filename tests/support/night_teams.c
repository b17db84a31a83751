/* night_teams.c - a team of one, of five, of thirty: night.h. */
#include "core/base.h"

#include "tests/support/night.h"

#define CHANNELS                                                               \
	"channels:\n"                                                          \
	"  mail: { kind: smtp, server: \"smtp://127.0.0.1:1\", from: "         \
	"\"x@example.test\" }\n"                                               \
	"  phone: { kind: command, argv: [/usr/local/bin/ring], wakes: on }\n" \
	"  abroad: { kind: smtp, server: \"smtp://127.0.0.1:1\", from: "       \
	"\"x@example.test\", region: gb }\n"
#define REACHED(name)                                                         \
	"contacts: [ { channel: mail, address: \"" name "@example.test\" }, " \
	"{ channel: phone, address: \"" name "\" } ]"
#define PERSON(key, name, more) \
	"  " key ": { name: " name ", unix: " key ", " REACHED(key) more " }\n"

#define ASLEEP(key, name) "  " key ": { name: " name ", contacts: [ { channel: phone } ] }\n"

/* Whoever is alone has no shift. */
const struct night_team night_one = {
	"a team of one",
	"people:\n" PERSON("mei", "梅",
			   ", roles: [lead, analyst, fixer, spokesperson, legal, approver]"),
	"routes: [ { owner: mei } ]\n" CHANNELS,
};

/* One has the weekend's nights; the other four sleep. */
const struct night_team night_five = {
	"a team of five",
	"people:\n" PERSON("lin", "林静", ", roles: [lead]") PERSON(
		"an", "安然", ", roles: [analyst]") PERSON("fan", "范工", ", roles: [fixer]")
		PERSON("su", "苏言", ", roles: [spokesperson, legal]")
			PERSON("chen", "陈立", ", roles: [approver], deputy: su"),
	"schedules:\n"
	"  duty:\n"
	"    shifts:\n"
	"      - { who: [lin], from: 08:00, to: 20:00 }\n"
	"      - { who: [an], days: [fri, sat, sun], from: 20:00, to: 08:00 }\n"
	"      - { who: [fan], days: [mon, tue, wed, thu], from: 20:00, to: 08:00 }\n"
	"policies:\n"
	"  duty: { steps: [ { to: [\"schedule:duty\"] }, { to: [\"person:lin\"] }, { to: "
	"[\"person:chen\"] } ] }\n"
	"  fix: { steps: [ { to: [\"person:fan\"] }, { to: [\"schedule:duty\"] }, { to: "
	"[\"person:chen\"] } ] }\n"
	"routes:\n"
	"  - { classes: [system], policy: fix, owner: fan, continue: on }\n"
	"  - { classes: [system], levels: [3], policy: duty, owner: lin }\n"
	"  - { classes: [voice, business], policy: duty, owner: lin }\n" CHANNELS,
};

/* Two rotas around the clock, and people in London who are at work until four in the morning of
 * Shanghai. */
const struct night_team night_thirty = {
	"a team of thirty",
	"people:\n" PERSON("hua", "华敏", ", roles: [lead]") PERSON("bing", "丙南", "") PERSON(
		"jia", "贾岚",
		", roles: [spokesperson]") PERSON("yi", "易安",
						  "") ASLEEP("ding", "丁一") ASLEEP("wu",
										    "吴悠")
		ASLEEP("ji", "季禾") ASLEEP("geng", "耿直") ASLEEP("xin", "辛夷") ASLEEP(
			"ren", "任远") PERSON("kang", "康宁",
					      ", roles: [fixer]") PERSON("peng", "彭湃", "")
			PERSON("tang", "唐果", "") ASLEEP("yuan", "袁野") ASLEEP(
				"zeng", "曾可") ASLEEP("xiao", "肖遥") ASLEEP("xu", "许诺")
				ASLEEP("dong", "董卿") ASLEEP("du", "杜鹃") ASLEEP(
					"gao",
					"高原") PERSON("an", "安然",
						       ", roles: [analyst]") ASLEEP("meng",
										    "孟夏")
					PERSON("luo", "罗律", ", roles: [legal]") ASLEEP(
						"zheng",
						"郑衡") PERSON("chen", "陈立",
							       ", roles: [approver], deputy: "
							       "luo") PERSON("shen", "沈舟",
									     "") ASLEEP("qin",
											"秦岭")
						ASLEEP("cao",
						       "曹杨") "  kate: { name: Kate, unix: "
							       "kate, lang: en, zone: "
							       "Europe/London, contacts: [ { "
							       "channel: "
							       "abroad, address: "
							       "\"kate@example.test\" } ] }\n"
							       "  tom: { name: Tom, unix: tom, "
							       "lang: en, zone: Europe/London, "
							       "contacts: [ { channel: "
							       "abroad, address: "
							       "\"tom@example.test\" } ] }\n",
	"schedules:\n"
	"  pr:\n"
	"    shifts:\n"
	"      - { who: [yi], from: 08:00, to: 20:00 }\n"
	"      - { who: [bing], from: 20:00, to: 08:00 }\n"
	"  ops:\n"
	"    shifts:\n"
	"      - { who: [tang], from: 08:00, to: 20:00 }\n"
	"      - { who: [peng], from: 20:00, to: 08:00 }\n"
	"  london: { zone: Europe/London, shifts: [ { who: [kate], from: 08:00, to: 20:00 } ] "
	"}\n"
	"policies:\n"
	"  pr: { steps: [ { to: [\"schedule:pr\"] }, { to: [\"person:hua\"] }, { to: "
	"[\"person:chen\"] } ] }\n"
	"  ops: { steps: [ { to: [\"schedule:ops\"] }, { to: [\"person:kang\"] }, { to: "
	"[\"person:chen\"] } ] }\n"
	"  world: { steps: [ { to: [\"schedule:london\", \"schedule:pr\"] }, { to: "
	"[\"person:hua\"] } ] }\n"
	"routes:\n"
	"  - { classes: [system], policy: ops, owner: kang, continue: on }\n"
	"  - { classes: [system], levels: [3], policy: pr, owner: hua }\n"
	"  - { classes: [voice], match: [lang=en], policy: world, owner: hua }\n"
	"  - { classes: [voice, business], policy: pr, owner: hua }\n" CHANNELS,
};
