/* health.c - see health.h. */
#include "core/base.h"

#include "core/str.h"

#include "crawler/credentials.h"
#include "crawler/health.h"
#include "crawler/law.h"

#define GONE_TWICE 2

const struct words health_words[HEALTH_COUNT] = {
	[HEALTH_PAUSED] = { "paused", "已暂停", "paused" },
	[HEALTH_RISK] = { "risk", "风险未认领", "risk open" },
	[HEALTH_ENDED] = { "ended", "合同到期", "contract over" },
	[HEALTH_GONE] = { "gone", "已下线", "gone" },
	[HEALTH_CREDENTIALS] = { "credentials", "凭证过期", "credentials" },
	[HEALTH_ROBOTS] = { "robots", "robots 禁止", "robots deny" },
	[HEALTH_BLOCKED] = { "blocked", "被拦截", "blocked" },
	[HEALTH_FAILING] = { "failing", "失败中", "failing" },
	[HEALTH_NEW] = { "new", "新增", "new" },
	[HEALTH_DUE] = { "due", "待抓取", "due" },
	[HEALTH_OK] = { "ok", "正常", "ok" },
};

const struct words cause_words[CAUSE_COUNT] = {
	[CAUSE_NONE] = { "none", "", "" },
	[CAUSE_NAME] = { "name", "域名解析不到", "the host name is not found" },
	[CAUSE_CONNECT] = { "connect", "连不上对方服务器", "the server cannot be reached" },
	[CAUSE_ADDRESS] = { "address", "地址不允许访问（内网或保留地址）",
			    "the address is private or reserved and not allowed" },
	[CAUSE_TLS] = { "tls", "证书或加密握手有问题",
			"its certificate or encryption is wrong" },
	[CAUSE_SLOW] = { "slow", "对方太慢，超时", "it is too slow" },
	[CAUSE_LARGE] = { "large", "内容超过大小上限", "it is larger than allowed" },
	[CAUSE_REDIRECTS] = { "redirects", "跳转次数太多", "it redirects too often" },
	[CAUSE_BROKEN] = { "broken", "响应不是有效的 HTTP", "its answer is no proper HTTP" },
	[CAUSE_CUT] = { "cut", "传输中断", "its answer breaks off" },
	[CAUSE_ROBOTS] = { "robots", "对方 robots.txt 不允许抓取",
			   "its robots.txt does not allow it" },
	[CAUSE_LOGIN] = { "login", "登录凭证失效，请更新",
			  "our credentials are not taken any more: renew them" },
	[CAUSE_REFUSED] = { "refused", "对方拒绝访问（401/403）",
			    "it refuses us (401 or 403)" },
	[CAUSE_MISSING] = { "missing", "地址不存在（404）",
			    "nothing is at this address (404)" },
	[CAUSE_GONE] = { "gone", "对方声明已永久下线（410）",
			 "it says it is gone for good (410)" },
	[CAUSE_BUSY] = { "busy", "对方要求稍后再来（429/503）",
			 "it asks us to come later (429 or 503)" },
	[CAUSE_SERVER] = { "server", "对方服务器出错（5xx）", "its server fails (5xx)" },
	[CAUSE_STATUS] = { "status", "对方返回了意外状态码",
			   "it answers with an unexpected status" },
	[CAUSE_UNREAD] = { "unread", "返回的内容读不出条目", "what it gives cannot be read" },
	[CAUSE_WALL] = { "wall", "遇到验证码或登录墙", "a captcha or login stands before it" },
	[CAUSE_OTHER] = { "other", "出错，见说明", "it fails" },
};

static const struct {
	enum http_end end;
	enum cause cause;
} ends[] = {
	{ HTTP_NO_NAME, CAUSE_NAME },
	{ HTTP_NO_CONNECT, CAUSE_CONNECT },
	{ HTTP_BLOCKED, CAUSE_ADDRESS },
	{ HTTP_TLS, CAUSE_TLS },
	{ HTTP_SLOW, CAUSE_SLOW },
	{ HTTP_TOO_LARGE, CAUSE_LARGE },
	{ HTTP_REDIRECTS, CAUSE_REDIRECTS },
	{ HTTP_PROTOCOL, CAUSE_BROKEN },
	{ HTTP_CUT, CAUSE_CUT },
	{ HTTP_DISALLOWED, CAUSE_ROBOTS },
};
static const struct {
	int from, to;
	enum cause cause;
} statuses[] = {
	{ 401, 401, CAUSE_REFUSED }, { 403, 403, CAUSE_REFUSED }, { 404, 404, CAUSE_MISSING },
	{ 410, 410, CAUSE_GONE },    { 429, 429, CAUSE_BUSY },    { 503, 503, CAUSE_BUSY },
	{ 500, 599, CAUSE_SERVER },
};

enum cause
cause_of(const struct http_response *r, bool credentials, bool known)
{
	enum cause cause = CAUSE_STATUS;

	if (r->end != HTTP_OK) {
		for (size_t i = 0; i < LY_COUNT(ends); i++)
			if (ends[i].end == r->end)
				return ends[i].cause;
		return CAUSE_BROKEN;
	}
	for (size_t i = 0; i < LY_COUNT(statuses) && cause == CAUSE_STATUS; i++)
		if (r->status >= statuses[i].from && r->status <= statuses[i].to)
			cause = statuses[i].cause;
	return cause == CAUSE_REFUSED && credentials && known ? CAUSE_LOGIN : cause;
}

/* What the last failure says of it. */
static enum health
failing(const struct health_facts *f)
{
	static const enum health of[CAUSE_COUNT] = {
		[CAUSE_LOGIN] = HEALTH_CREDENTIALS + 1,
		[CAUSE_ROBOTS] = HEALTH_ROBOTS + 1,
		[CAUSE_WALL] = HEALTH_BLOCKED + 1,
	};
	int64_t cause = f->tally->cause;

	return cause > 0 && cause < CAUSE_COUNT && of[cause] ? of[cause] - 1 : HEALTH_FAILING;
}

enum health
health_judge(const struct health_facts *f, int64_t now)
{
	static const enum health by_law[] = {
		[LAW_PAUSED] = HEALTH_PAUSED,
		[LAW_RISK] = HEALTH_RISK,
		[LAW_ENDED] = HEALTH_ENDED,
	};
	enum law_said law = law_judge(f->source, now, 0);

	if (law == LAW_PAUSED || law == LAW_RISK || law == LAW_ENDED)
		return by_law[law];
	if (f->source->kind == SOURCE_PUSH)
		return f->tally->came_at ? HEALTH_OK : HEALTH_NEW;
	if (f->cookies_expired)
		return HEALTH_CREDENTIALS;
	if (!f->state || !f->state->polled_at)
		return HEALTH_NEW;
	if (f->state->gone >= GONE_TWICE)
		return HEALTH_GONE;
	if (f->state->failures)
		return failing(f);
	return f->state->next_at <= now ? HEALTH_DUE : HEALTH_OK;
}

const struct words *
health_ahead(const struct health_facts *f, int64_t now, int64_t *at)
{
	static const struct words contract = { "contract", "合同将到期", "the contract ends" };
	static const struct words cookie = { "cookie", "登录凭证将过期",
					     "the credentials expire" };

	if (law_judge(f->source, now, f->ahead_s) == LAW_ENDING) {
		*at = f->source->contract_end_at;
		return &contract;
	}
	*at = f->cookies_until_at;
	return *at && *at - f->ahead_s <= now ? &cookie : NULL;
}

bool
health_is_dark(enum health h)
{
	return h < HEALTH_NEW;
}
