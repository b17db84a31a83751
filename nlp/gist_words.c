/*
 * The words that gist.c knows. All are our own, chosen by hand: an idea is what people write of
 * one thing in many ways and in both languages. Chinese words are of two characters.
 */
#include "core/base.h"

#include "core/utf8.h"
#include "nlp/gist.h"
#include "nlp/gist_words.h"

#define IDEA       0
#define SLOTS      8192 /* power of two, thrice the words */
#define HAN_FIRST  0x4E00u
#define HAN_LETTER (0xA000u - HAN_FIRST)

static const char stops[] = "的了是在就都也还和与及被把又很我你他她它这那吗呢吧啊着过里之其等将"
			    "已对为于从以到有个们呀啦嘛";

/* A row without a flag is an idea. */
static const struct row {
	uint16_t flags;
	uint8_t axis;
	const char *words;
} rows[] = {
	{ IDEA, 0,
	  "崩了 崩溃 宕机 故障 瘫痪 打不 登不 卡顿 闪退 卡死 断网 停服 "
	  "outage crash down offline glitch unavailable" },
	{ IDEA, 0, "恢复 修复 restore resume back" },
	{ IDEA, 0, "付款 支付 扣款 扣钱 扣费 到账 转账 刷不 payment transfer charge" },
	{ IDEA, 0, "刹车 制动 brake" },
	{ IDEA, 0, "召回 recall" },
	{ IDEA, 0, "下架 撤回 停售 pull withdraw withdrawn" },
	{ IDEA, 0, "辞职 离职 辞任 离任 卸任 请辞 跑路 走人 resign quit depart" },
	{ IDEA, 0, "任命 接任 上任 出任 代行 appoint" },
	{ IDEA, 0, "财务 cfo financ" },
	{ IDEA, 0, "总裁 董事 高管 老板 ceo chief boss executive chairman" },
	{ IDEA, 0,
	  "蟑螂 虫子 虫体 虫卵 活虫 苍蝇 蛆虫 长虫 有虫 虫害 小强 "
	  "cockroach roach insect bug maggot worm fly weevil" },
	{ IDEA, 0,
	  "老鼠 鼠患 鼠屎 鼠头 耗子 有鼠 鼠粪 mouse mice rat rodent "
	  "dropping" },
	{ IDEA, 0,
	  "异物 碎屑 金属 铁丝 铁屑 玻璃 塑料 钢丝 头发 刀片 屑混 有屑 metal "
	  "wire splinter glass plastic fragment shard" },
	{ IDEA, 0,
	  "发霉 霉变 变质 酸味 异味 胀罐 胀包 胀袋 鼓包 鼓的 发臭 腐烂 馊了 过期 "
	  "mould mold mouldy moldy rotten sour swollen bulge spoil expire" },
	{ IDEA, 0,
	  "中毒 腹泻 拉肚 呕吐 食物 上吐 住院 送医 poison sick ill vomit "
	  "diarrhoea diarrhea" },
	{ IDEA, 0,
	  "沙门 大肠 李斯 菌落 细菌 超标 salmonella listeria bacteria coli "
	  "contaminate" },
	{ IDEA, 0,
	  "甲醛 农残 溴酸 酸盐 重金 铅超 添加 防腐 甜蜜 苯超 "
	  "formaldehyde bromate pesticide lead toxic chemical" },
	{ IDEA, 0, "抽检 送检 检测 检验 抽样 检出 sample inspect test" },
	{ IDEA, 0, "起火 自燃 着火 火灾 冒烟 爆燃 fire burn smoke flame" },
	{ IDEA, 0, "爆炸 炸裂 炸了 自爆 explode explosion blast" },
	{ IDEA, 0, "泄露 泄漏 外泄 数据 信息 脱库 拖库 leak breach hack hacker data" },
	{ IDEA, 0, "漏气 漏液 漏油 漏水 spill" },
	{ IDEA, 0, "醉驾 酒驾 酒后 醉酒 酒精 drunk alcohol drink" },
	{ IDEA, 0, "吸毒 毒品 涉毒 drug cocaine" },
	{ IDEA, 0, "偷税 逃税 漏税 税务 补税 补缴 tax evasion" },
	{ IDEA, 0, "罚款 被罚 处罚 罚没 罚单 fin penalty" },
	{ IDEA, 0,
	  "起诉 诉讼 状告 开庭 法院 判决 胜诉 败诉 sue lawsuit court "
	  "verdict ruling" },
	{ IDEA, 0, "立案 调查 侦查 介入 investigate inquiry probe" },
	{ IDEA, 0, "拘留 被拘 刑拘 逮捕 抓获 被抓 arrest detain custody jail" },
	{ IDEA, 0,
	  "打人 殴打 耳光 扇学 体罚 打学 动手 暴力 打骂 slap beat hit punch "
	  "assault" },
	{ IDEA, 0, "虐待 虐童 欺凌 霸凌 猥亵 性侵 骚扰 harass bully abuse molest" },
	{ IDEA, 0, "解聘 开除 辞退 停职 免职 dismiss suspend sack" },
	{ IDEA, 0, "裁员 裁掉 优化 layoff redundancy redundant" },
	{ IDEA, 0, "欠薪 讨薪 工资 拖欠 wage salary unpaid" },
	{ IDEA, 0, "罢工 停工 strik strike walkout union" },
	{ IDEA, 0, "死亡 身亡 去世 遇难 猝死 离世 殒命 die dead death kill fatal" },
	{ IDEA, 0, "受伤 骨折 烫伤 划伤 烧伤 致伤 伤者 injure hurt wound" },
	{ IDEA, 0,
	  "下坠 坠落 坠下 坠楼 坍塌 倒塌 掉落 脱落 drop fell fall plung "
	  "collapse" },
	{ IDEA, 0, "电梯 扶梯 lift elevator escalator" },
	{ IDEA, 0, "店员 服务 客服 态度 骂人 辱骂 rude" },
	{ IDEA, 0, "退款 退钱 退费 退货 赔偿 赔付 退一 赔十 refund compensat" },
	{ IDEA, 0, "致歉 道歉 抱歉 apologise apology sorry" },
	{ IDEA, 0, "否认 辟谣 不实 谣言 澄清 deny denial rumour rumor hoax" },
	{ IDEA, 0, "旧闻 旧事 旧视 年前 翻炒 old" },
	{ IDEA, 0, "代言 解约 终止 合作 塌房 endorse ambassador sponsor" },
	{ IDEA, 0, "赞助 签约 冠名 官宣 装备" },
	{ IDEA, 0, "涨价 提价 价格 贵了 加价 price hike" },
	{ IDEA, 0, "降价 打折 补贴 优惠 discount" },
	{ IDEA, 0, "断货 缺货 售罄 抢购 shortage" },
	{ IDEA, 0, "诈骗 欺诈 骗局 骗钱 骗子 scam fraud swindle cheat" },
	{ IDEA, 0, "虚假 夸大 误导 宣传 广告 mislead advert" },
	{ IDEA, 0, "假货 假冒 山寨 仿冒 掺假 冒充 counterfeit fake" },
	{ IDEA, 0, "抄袭 侵权 剽窃 盗版 盗用 plagiarise copyright infringe" },
	{ IDEA, 0, "破产 倒闭 闭店 关门 停业 歇业 清算 bankrupt insolv shut close" },
	{ IDEA, 0, "收购 并购 合并 入股 acquire acquisition merge takeover" },
	{ IDEA, 0, "融资 投资 上市 募资 fund invest ipo" },
	{ IDEA, 0, "财报 业绩 营收 利润 净利 亏损 年报 revenue profit earn loss" },
	{ IDEA, 0, "股价 股票 市值 跌停 股份 shar stock" },
	{ IDEA, 0, "延误 延迟 晚点 取消 滞留 积压 delay cancel strand stranded stuck" },
	{ IDEA, 0, "航班 航空 值机 登机 旅客 乘客 flight check passeng airline" },
	{ IDEA, 0, "车祸 追尾 撞车 碰撞 失控 collision" },
	{ IDEA, 0, "电池 续航 充电 电量 battery" },
	{ IDEA, 0, "软件 系统 升级 ota 更新 software updat" },
	{ IDEA, 0, "续费 会员 年卡 自动 退订 订阅 renew subscript member" },
	{ IDEA, 0, "隐私 偷拍 监控 摄像 人脸 定位 privacy camera spy" },
	{ IDEA, 0, "手机 号码 phone" },
	{ IDEA, 0, "污染 排污 污水 偷排 废水 臭味 pollute sewage waste" },
	{ IDEA, 0, "断水 停水 停电 断电 blackout" },
	{ IDEA, 0, "试验 临床 三期 trial phase study" },
	{ IDEA, 0, "药品 药物 疫苗 药片 副作 medicine pill vaccine" },
	{ IDEA, 0, "医院 医生 医疗 患者 就诊 hospital doctor patient clinic" },
	{ IDEA, 0, "学校 学生 老师 教师 教育 家长 校园 school pupil student teacher" },
	{ IDEA, 0, "婴儿 孩子 儿童 宝宝 幼儿 未成 宝妈 baby infant child kid toddler" },
	{ IDEA, 0, "马拉 半马 跑鞋 选手 比赛 赛事 参赛 marathon race runner" },
	{ IDEA, 0, "开胶 脱胶 鞋底 断底 掉底 sole" },
	{ IDEA, 0, "奶粉 牛奶 乳业 酸奶 milk formula" },
	{ IDEA, 0, "饮品 奶茶 食品 外卖 餐厅 后厨 火锅 restaurant kitchen bakery food" },
	{ IDEA, 0, "矿泉 纯净 饮用 water" },
	{ IDEA, 0, "宠物 狗粮 猫粮 pet dog cat" },
	{ IDEA, 0, "汽车 车主 轿车 车辆 新车 car vehicle suv" },
	{ IDEA, 0, "租金 租房 房东 rent tenant landlord" },
	{ IDEA, 0, "楼盘 业主 交房 烂尾 房企 homeown" },
	{ IDEA, 0, "银行 存款 贷款 理财 bank deposit loan" },
	{ IDEA, 0, "保险 理赔 保单 insurance" },
	{ IDEA, 0, "加密 比特 币圈 crypto bitcoin" },
	{ IDEA, 0, "歧视 辱华 性别 地域 racist sexist discriminat" },
	{ IDEA, 0, "抵制 封杀 boycott" },
	{ IDEA, 0, "抗议 维权 聚集 游行 protest" },
	{ IDEA, 0, "质量 瑕疵 缺陷 隐患 defect fault flaw hazard" },
	{ IDEA, 0, "断裂 裂开 裂缝 开裂 断轴 crack snap broke break" },
	{ IDEA, 0, "过敏 红肿 烂脸 皮疹 allerg rash" },
	{ IDEA, 0, "举报 爆料 内部 whistleblow" },
	{ IDEA, 0, "暴雨 洪水 淹水 内涝 flood storm" },
	{ IDEA, 0, "地震 earthquake quake" },
	{ IDEA, 0, "选举 投票 vote elect" },
	{ IDEA, 0, "禁止 禁令 禁售 封禁 ban" },
	{ IDEA, 0, "执照 许可 资质 无证 licence license permit" },
	{ IDEA, 0, "获奖 大奖 夺冠 award win" },
	{ IDEA, 0, "发布 推出 上新 首发 新品 launch unveil" },
	{ IDEA, 0, "离婚 出轨 恋情 divorc affair" },
	{ IDEA, 0, "演唱 门票 巡演 音乐 concert ticket tour" },
	{ IDEA, 0, "游戏 玩家 电竞 game player" },
	{ IDEA, 0, "酒店 民宿 客房 宾馆 hotel room guest" },
	{ IDEA, 0, "快递 包裹 物流 驿站 parcel courier deliver" },
	{ IDEA, 0, "高铁 地铁 列车 火车 train metro subway rail" },
	{ IDEA, 0, "邮轮 轮船 货轮 游船 ship ferry cruise" },
	{ IDEA, 0, "电力 电网 电站 power grid" },
	{ IDEA, 0, "核电 辐射 nuclear radiat" },
	{ IDEA, 0, "算法 杀熟 大数 algorithm" },
	{ IDEA, 0, "直播 主播 带货 网红 博主 livestream influenc streamer" },
	{ IDEA, 0, "演员 艺人 明星 歌手 偶像 actor singer celebrit" },
	{ IDEA, 0, "做菜 美食 厨师 chef cook" },
	{ WORD_WEAK, 0,
	  "一个 一家 一批 下架 不知 事件 产品 什么 今天 今日 介入 企业 修复 停业 "
	  "公司 公告 出现 到底 发现 取样 召回 可退 合格 同样 品牌 回应 场监 声明 "
	  "处理 多名 大量 姐妹 官方 客服 宣布 市场 店员 店家 怎么 情况 批次 抽样 "
	  "抽检 教育 整改 昨天 曝光 最新 有人 有没 正在 求助 消息 消费 涉事 涉及 "
	  "现场 理局 用户 监督 监管 真的 督管 知道 称其 称因 突然 立案 管局 管理 "
	  "紧急 终于 网传 网友 老板 育局 能退 自己 致歉 表示 被曝 视频 记者 说是 "
	  "请问 调查 费者 近日 这批 退换 送检 通报 道歉 避雷 那批 部门 门店 问题" },
	{ WORD_WEAK, 0,
	  "agency announce apologise apologize aware brand chinese company "
	  "council customer day firm hundred issue market member million "
	  "month new news notice official owner people police product psa "
	  "report say share shop sorry statement store thousand today user "
	  "video week year" },
	{ WORD_WEAK, 0,
	  "第一 第二 第三 今年 去年 明年 上月 本月 月份 万元 亿元 左右 "
	  "以上 以下 超过 达到 进行 开展 相关 有关 方面 工作 人员 负责 "
	  "责人 发布 发文 网络 平台 双方 一名 一位 两名 三名 多人 没有 "
	  "可以 不能 不会 不要 不是 还是 还能 就是 真是 大家 看看 看来 "
	  "过来 出来 起来 下来 回来 时候 时间 小时 分钟 目前 此前 之前 "
	  "之后 后来 以后 突发 最终 持续 继续 引发 热议 关注 网曝 曝出 "
	  "发声 声称 遭到 遭遇 面临 涉嫌 疑似 被指 被疑 质疑 争议 投诉 "
	  "反映" },
	{ WORD_WEAK, 0,
	  "first second third fourth last next back make take took taken "
	  "find found look need want know think time way thing lot man "
	  "woman tomorrow yesterday tonight morning night hour minute ago "
	  "since until still even ever never always really actually every "
	  "everyone everybody anyone anybody someone something nothing "
	  "anything old big small good bad best worst great long high low "
	  "right wrong left part end start begin come came go goes gone "
	  "give gave put set run call tell told ask see saw show use used "
	  "try turn keep kept help move hold bring happen wait stay "
	  "quarter half three four five six seven eight nine ten dozen" },
	{ WORD_STOP, 0,
	  "a about after again all also am an and any are as at be been "
	  "before but by can could d did do does down for from get got had has "
	  "have he her here his how i if in into is it its just let ll m may me "
	  "might more most my new no not of off on one only or our out over own "
	  "re s said same say says she should so some such t than that the "
	  "their them then there these they this those to too two up us ve "
	  "very was we were what when where who why will with would you your" },
	{ WORD_CITY, 0,
	  "北京 上海 广州 深圳 天津 重庆 成都 杭州 武汉 西安 南京 苏州 "
	  "郑州 长沙 青岛 宁波 东莞 佛山 合肥 济南 大连 沈阳 昆明 福州 "
	  "厦门 无锡 温州 泉州 南宁 贵阳 长春 哈尔 石家 太原 南昌 兰州 "
	  "海口 三亚 常州 徐州 南通 扬州 镇江 盐城 淮安 绍兴 嘉兴 金华 "
	  "台州 湖州 烟台 潍坊 淄博 临沂 威海 洛阳 开封 南阳 新乡 许昌 "
	  "襄阳 宜昌 荆州 株洲 湘潭 衡阳 岳阳 桂林 柳州 北海 绵阳 德阳 "
	  "南充 宜宾 泸州 遵义 大理 丽江 珠海 中山 惠州 汕头 湛江 江门 "
	  "唐山 保定 邯郸 秦皇 廊坊 大同 包头 呼和 银川 西宁 乌鲁 拉萨 "
	  "赣州 九江 芜湖 蚌埠 香港 澳门 台北 高雄 东京 大阪 首尔 纽约 "
	  "伦敦 巴黎 柏林 洛杉 旧金 悉尼 墨尔 多伦 温哥 莫斯 曼谷 新加" },
	{ WORD_CITY, 0,
	  "beijing shanghai guangzhou shenzhen hangzhou chengdu wuhan "
	  "tokyo osaka seoul singapore bangkok jakarta manila mumbai delhi "
	  "dubai london manchester birmingham liverpool leeds glasgow "
	  "edinburgh dublin paris lyon berlin hamburg munich frankfurt "
	  "madrid barcelona rome milan vienna zurich geneva brussels "
	  "amsterdam stockholm oslo copenhagen helsinki warsaw prague "
	  "budapest athens istanbul moscow chicago boston seattle houston "
	  "dallas atlanta miami denver phoenix philadelphia toronto "
	  "vancouver montreal sydney melbourne brisbane perth auckland" },
	{ WORD_NO_PLACE, 0,
	  "男子 女子 网友 知名 国内 全国 省里 某某 多家 多地 老人 女童 "
	  "男童 本市 我市 该市 铁路 高速 当地 中国 国家 最高 人民 省级 "
	  "市级 城市 门市 超市 上市 小区 县级 地区 社区 园区 厂区 景区 "
	  "片区 灾区 专区 开发 网红 这家 那家 该门 连锁 线下 实体 旗舰 "
	  "专卖 直营 加盟 分店 便利 火锅 奶茶 饮品 茶饮 咖啡 烘焙 面包 "
	  "蛋糕 服装 手机 药房 书店 酒店 饭店 商店 网店 花店 快餐 母婴 "
	  "家门 打开 配合 报警 联系 协助 通知 警方 据悉 目前 此前 其中 "
	  "昨日 上午 下午 凌晨 晚上 现在 最近 这次 有家 又是 竟是 原来 "
	  "只有 还有 因为 所以 如果 进店 到店 开店 关店 新店 老店 全店 "
	  "探店 本店 贵店 市场 都市 夜市 股市 楼市 区块 乡镇" },
	{ WORD_AFTER, 0,
	  "警方 交警 公安 法院 消协 税务 网信 海关 机场 市委 县委 市监 "
	  "大学 车站 地铁 疾控 消防 当地 居民 市民 crossing station "
	  "airport hospital plant mall council city county town village "
	  "road street derailment resident local commuter harbour beach "
	  "bridge bay island square avenue lane district borough terminal "
	  "depot campus refinery" },
	{ WORD_AFTER_WEAK, 0,
	  "本地 门店 分店 工厂 校区 园区 基地 店铺 branch store shop "
	  "factory school hotel site university bakery restaurant "
	  "warehouse office" },
	{ WORD_BEFORE, 0, "near outside" },
	{ WORD_IN, 0, "in from" },
	{ WORD_SAINT, 0, "port mount lake san santa los las fort cape st saint" },
	{ WORD_LOT, 0, "lot batch batches lots code serial 批号 批次 编号 号码" },
	{ WORD_AGAIN, 0, "再现 再度 再次 两度 二度 二次 三次 又一 again twice second another" },
	{ WORD_DAY, 1, "monday" },
	{ WORD_DAY, 2, "tuesday" },
	{ WORD_DAY, 3, "wednesday" },
	{ WORD_DAY, 4, "thursday" },
	{ WORD_DAY, 5, "friday" },
	{ WORD_DAY, 6, "saturday" },
	{ WORD_DAY, 7, "sunday" },
	{ WORD_DAY, 1, "周一 期一" },
	{ WORD_DAY, 2, "周二 期二" },
	{ WORD_DAY, 3, "周三 期三" },
	{ WORD_DAY, 4, "周四 期四" },
	{ WORD_DAY, 5, "周五 期五" },
	{ WORD_DAY, 6, "周六 期六" },
	{ WORD_DAY, 7, "周日 期日 周天 期天" },
	{ WORD_GOOD, 1, "合格 达标 成功 过关 succeed succeeds success pass clear" },
	{ WORD_BAD, 1, "超标 超限 检出 失败 落选 fail failure" },
	{ WORD_GOOD, 2, "批准 获批 通过 approve approval" },
	{ WORD_BAD, 2, "驳回 否决 拒批 reject" },
	{ WORD_GOOD, 3, "大涨 暴涨 涨停 上涨 rebound soar surge rise rose climb" },
	{ WORD_BAD, 3, "下跌 暴跌 大跌 跌停 plunge tumble slump fell sink slide" },
	{ WORD_GOOD, 4, "胜诉 无罪 acquit" },
	{ WORD_BAD, 4, "败诉 有罪 guilty convict" },
	{ WORD_GOOD, 5, "盈利 扭亏 大赚" },
	{ WORD_BAD, 5, "亏损 巨亏 大亏" },
	{ WORD_GOOD, 6, "beat hits" },
	{ WORD_BAD, 6, "miss misses" },
	{ WORD_GOOD, 7, "positive 阳性" },
	{ WORD_BAD, 7, "negative 阴性" },
	{ WORD_GOOD, 8, "好评 最佳 夺冠 晋级 best" },
	{ WORD_BAD, 8, "差评 最差 落败 淘汰 worst" },
	{ WORD_GOOD, 9, "上调 upgrade" },
	{ WORD_BAD, 9, "下调 downgrade" },
	{ WORD_GOOD, 10, "安全 无毒 无害 safe harmless" },
	{ WORD_BAD, 10, "有毒 有害 unsafe harmful toxic" },
};

struct gist_words {
	struct gist_word slots[SLOTS];
	uint8_t stops[HAN_LETTER / 8];
};

/* ---- hashes ---------------------------------------------------------------------------------- */

static uint32_t
mixed(uint64_t h)
{
	h ^= h >> 33;
	h *= 0xff51afd7ed558ccdULL;
	h ^= h >> 33;
	h *= 0xc4ceb9fe1a85ec53ULL;
	h ^= h >> 33;
	return (uint32_t)(h >> 32) | 1;
}

uint32_t
gist_hash_pair(uint32_t first, uint32_t second)
{
	return mixed((uint64_t)first << 21 | second);
}

/* ---- Latin words ----------------------------------------------------------------------------- */

static bool
ends(const char *p, size_t n, const char *with, size_t with_n)
{
	return n >= with_n && !memcmp(p + n - with_n, with, with_n);
}

/* How much of a word stays when its ending goes: recalls, recalled, recalling are one. A rough
 * cut: both sides of a comparison are cut alike. */
static size_t
stem(const char *p, size_t n)
{
	static const struct {
		const char *s;
		size_t n;
	} endings[] = { { "ing", 3 }, { "ed", 2 }, { "es", 2 },
			{ "s", 1 },   { "er", 2 }, { "ly", 2 } };

	if (n <= 3 || ends(p, n, "ss", 2))
		return n;
	if (n > 4 && (ends(p, n, "ies", 3) || ends(p, n, "ied", 3)))
		return n - 3;
	for (size_t i = 0; i < LY_COUNT(endings); i++)
		if (n >= endings[i].n + 3 && ends(p, n, endings[i].s, endings[i].n)) {
			n -= endings[i].n;
			break;
		}
	if (n > 3 && p[n - 1] == p[n - 2] && p[n - 1] != 'l' && p[n - 1] != 's')
		n--;
	if (n > 3 && (p[n - 1] == 'e' || p[n - 1] == 'y'))
		n--;
	return n;
}

uint32_t
gist_hash_latin(const char *p, size_t n)
{
	uint64_t h = 0xcbf29ce484222325ULL;

	n = stem(p, n);
	for (size_t i = 0; i < n; i++)
		h = (h ^ (uint8_t)p[i]) * 0x100000001b3ULL;
	return mixed(h);
}

/* ---- the table ------------------------------------------------------------------------------- */

static struct gist_word *
slot_of(struct gist_words *w, uint32_t hash)
{
	uint32_t i = hash >> 8;

	while (w->slots[i & (SLOTS - 1)].hash && w->slots[i & (SLOTS - 1)].hash != hash)
		i++;
	return &w->slots[i & (SLOTS - 1)];
}

const struct gist_word *
gist_word_find(const struct gist_words *w, uint32_t hash)
{
	uint32_t i = hash >> 8;

	while (w->slots[i & (SLOTS - 1)].hash && w->slots[i & (SLOTS - 1)].hash != hash)
		i++;
	return &w->slots[i & (SLOTS - 1)];
}

bool
gist_han_stops(const struct gist_words *w, uint32_t han)
{
	uint32_t i = han - HAN_FIRST;

	return i < HAN_LETTER && w->stops[i / 8] >> i % 8 & 1;
}

static uint32_t
hash_of(const char *p, size_t n)
{
	uint32_t first, second;
	size_t k;

	if ((uint8_t)*p < 0x80)
		return gist_hash_latin(p, n);
	k = (size_t)utf8_next(p, p + n, &first);
	utf8_next(p + k, p + n, &second);
	return gist_hash_pair(first, second);
}

static void
row_add(struct gist_words *w, const struct row *r, uint8_t idea)
{
	for (const char *p = r->words, *end; *p; p = end + strspn(end, " ")) {
		struct gist_word *x;

		end = p + strcspn(p, " ");
		x = slot_of(w, hash_of(p, (size_t)(end - p)));
		x->hash = hash_of(p, (size_t)(end - p));
		x->flags |= r->flags;
		x->axis = r->axis ? r->axis : x->axis;
		x->idea = x->idea ? x->idea : idea;
	}
}

struct gist_words *
gist_words_new(void)
{
	struct gist_words *w = calloc(1, sizeof *w);
	uint8_t ideas = 0;

	if (!w)
		abort();
	for (size_t i = 0; i < LY_COUNT(rows); i++)
		row_add(w, &rows[i], rows[i].flags ? 0 : ++ideas);
	for (const char *p = stops, *end = stops + sizeof stops - 1; p < end;) {
		uint32_t han;

		p += utf8_next(p, end, &han);
		w->stops[(han - HAN_FIRST) / 8] |= (uint8_t)(1u << (han - HAN_FIRST) % 8);
	}
	return w;
}

void
gist_words_free(struct gist_words *w)
{
	free(w);
}
