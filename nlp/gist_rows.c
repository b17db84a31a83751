/*
 * The words that gist.c knows (gist_words.h). All are our own, chosen by hand: an idea is what
 * people write of one thing in many ways and in both languages. A word stands in one idea: the
 * first that names it. Words of trades and of newsrooms are weak: they say what a brand is, or
 * that something is told, not what happened.
 */
#include "core/base.h"

#include "nlp/gist_words.h"

#define IDEA 0

const struct gist_row gist_rows[] = {
	{ IDEA, 0,
	  "蟑螂 虫子 虫体 虫卵 活虫 苍蝇 蛆虫 长虫 有虫 虫害 小强 生虫 虫"
	  " 蟑 蛆 蝇 蜈蚣 蚂蚁 爬虫 cockroach roach insect bug maggot"
	  " worm fly weevil larva ant spider centipede beetle" },
	{ IDEA, 0,
	  "老鼠 鼠患 鼠屎 鼠头 耗子 有鼠 鼠粪 鼠 mouse mice rat rodent"
	  " dropping" },
	{ IDEA, 0,
	  "异物 碎屑 金属 铁丝 铁屑 铁钉 玻璃 塑料 钢丝 钢球 头发 刀片"
	  " 屑混 有屑 碎片 石子 创可 烟头 指甲 metal wire splinter glass"
	  " plastic fragment shard stone nail needle foreign" },
	{ IDEA, 0,
	  "发霉 霉变 变质 霉 酸味 胀罐 胀包 胀袋 馊了 馊 腐烂 发臭 腐败"
	  " mould mold rotten rancid sour swollen bulge spoil" },
	{ IDEA, 0,
	  "过期 期牛 保质 质期 到期 临期 隔夜 效期 改标 换标 标签 篡改"
	  " expire stale relabel label" },
	{ IDEA, 0,
	  "中毒 腹泻 拉肚 呕吐 上吐 下泻 吐下 肚子 肠胃 反胃 poison sick"
	  " ill vomit diarrhoea diarrhea illness norovirus nausea 食物"
	  " 物中 foodborne stomach" },
	{ IDEA, 0,
	  "沙门 大肠 李斯 菌落 细菌 病菌 诺如 病毒 甲肝 肝炎 致病"
	  " salmonella listeria bacteria coli contaminate hepatitis"
	  " outbreak virus parasite germ infect" },
	{ IDEA, 0,
	  "甲醛 农残 溴酸 酸盐 重金 铅超 添加 防腐 甜蜜 苯超 塑化 二噁"
	  " 致癌 荧光 超标 超限 formaldehyde bromate pesticide lead toxic"
	  " chemical dioxin cancer carcinogen asbestos 激素 违禁 铅中"
	  " 有毒 arsenic benzene mercury hormone" },
	{ IDEA, 0,
	  "卫生 脏乱 后厨 操作 不洁 消毒 口水 回收 dirty hygiene filthy"
	  " unclean" },
	{ IDEA, 0,
	  "过敏 红肿 烂脸 皮疹 红疹 红点 疙瘩 刺痛 灼痛 脱皮 瘙痒 allerg"
	  " rash itch swell allergen undeclared peanut nut" },
	{ IDEA, 0,
	  "起火 自燃 着火 火灾 冒烟 爆燃 失火 火势 明火 扑灭 浓烟 烧毁"
	  " 烧了 烧成 燃烧 大火 烧空 灭火 火情 着了 fire burn smoke flame"
	  " blaze ignite" },
	{ IDEA, 0,
	  "爆炸 炸裂 炸了 自爆 闪爆 巨响 炸伤 又炸 explode explosion"
	  " blast detonate bang shatter" },
	{ IDEA, 0,
	  "刹车 制动 失灵 失控 方向 转向 气囊 全带 油门 加速 brake"
	  " steering airbag seatbelt belt accelerate" },
	{ IDEA, 0,
	  "断裂 裂开 裂缝 开裂 断轴 裂 断屏 黑线 绿屏 花屏 碎屏 爆屏"
	  " crack snap broke break screen" },
	{ IDEA, 0, "电池 续航 充电 电量 鼓包 battery charger overheat" },
	{ IDEA, 0, "漏气 漏液 漏油 漏电 触电 短路 发烫 过热 electrocut shock spill" },
	{ IDEA, 0,
	  "开胶 脱胶 鞋底 断底 掉底 起球 掉毛 掉色 褪色 掉漆 开线 缩水"
	  " sole peel fade" },
	{ IDEA, 0,
	  "质量 瑕疵 缺陷 隐患 毛病 异响 熄火 品控 做工 减配 defect fault"
	  " flaw hazard malfunction" },
	{ IDEA, 0,
	  "磁铁 误吞 零件 脱落 松动 小件 magnet swallow ingest choke"
	  " loose detach" },
	{ IDEA, 0,
	  "崩了 宕机 故障 瘫痪 打不 登不 卡顿 闪退 卡死 停服 白屏 加载"
	  " 转圈 务器 信号 法登 登录 登陆 掉线 奔溃 瘫了 outage crash"
	  " down offline glitch unavailable login log server locked error"
	  " ddos downtime 连接 connect access" },
	{ IDEA, 0, "断网 没网 断线 基站 宽带 network internet signal broadband" },
	{ IDEA, 0,
	  "付款 支付 扣款 扣钱 扣费 到账 转账 刷不 提现 取款 两遍 重复"
	  " payment transfer withdrawal withdraw deposit double" },
	{ IDEA, 0,
	  "存档 丢失 回档 角色 清空 删号 封号 save rollback delet wipe"
	  " lost" },
	{ IDEA, 0,
	  "泄露 泄漏 外泄 脱库 拖库 黑客 暗网 入侵 勒索 盗刷 被盗 盗取"
	  " 窃取 数据 信息 机号 leak breach hack data stolen steal"
	  " ransomware intrusion cyber 漏洞 密码 内鬼 户信 password"
	  " database vulnerability compromise theft" },
	{ IDEA, 0,
	  "隐私 偷拍 监控 摄像 人脸 定位 针孔 窃听 偷听 权限 privacy"
	  " camera spy surveillance eavesdrop 更衣 监听 刷脸 授权 偷看"
	  " track listen record location consent" },
	{ IDEA, 0,
	  "辞职 离职 辞任 离任 卸任 请辞 跑路 走人 下课 换帅 免职 退休"
	  " resign quit depart resignation oust replace successor" },
	{ IDEA, 0,
	  "任命 接任 上任 出任 代行 新任 执掌 履新 appoint appointment"
	  " hire" },
	{ IDEA, 0, "减持 套现 抛售 持股 增持 质押 stake sell sold" },
	{ IDEA, 0,
	  "留置 带走 失联 双规 落马 受贿 行贿 贪污 内幕 侵占 挪用 bribe"
	  " bribery corrupt embezzle" },
	{ IDEA, 0,
	  "裁员 裁掉 优化 被裁 裁撤 缩编 layoff redundancy redundant laid"
	  " jobs 劝退 解除 terminat" },
	{ IDEA, 0, "欠薪 讨薪 工资 拖欠 薪水 薪资 wage salary unpaid pay" },
	{ IDEA, 0, "罢工 停工 怠工 工会 strik walkout union picket" },
	{ IDEA, 0,
	  "加班 工时 超时 过劳 工伤 压榨 用工 童工 overtime sweatshop"
	  " labour labor shift 社保 竞业 职场 实习 workplac" },
	{ IDEA, 0, "人手 护士 排班 编制 staffing understaffed nurse" },
	{ IDEA, 0,
	  "涨价 提价 价格 贵了 加价 涨 贵 涨到 涨至 调价 溢价 price hike"
	  " expensive dearer increase" },
	{ IDEA, 0,
	  "降价 官降 打折 补贴 优惠 背刺 差价 促销 折扣 便宜 discount cut"
	  " cheaper bargain" },
	{ IDEA, 0,
	  "乱收 多收 收费 宰客 天价 标价 小病 大修 虚高 刺客 overcharg"
	  " bill fee till receipt checkout" },
	{ IDEA, 0, "杀熟 算法 大数 algorithm surge" },
	{ IDEA, 0,
	  "续费 自动 退订 订阅 消难 续包 renew subscript subscription"
	  " unsubscribe" },
	{ IDEA, 0,
	  "断货 缺货 售罄 抢购 黄牛 脱销 囤货 哄抬 抢不 shortage scalper"
	  " stockpil resale" },
	{ IDEA, 0,
	  "收购 并购 合并 入股 控股 易主 acquire acquisition merge"
	  " takeover buyout" },
	{ IDEA, 0, "融资 上市 募资 招股 敲钟 ipo fundrais raise listing" },
	{ IDEA, 0,
	  "财报 业绩 营收 利润 净利 亏损 年报 季报 revenue profit earn"
	  " loss quarter forecast results" },
	{ IDEA, 0,
	  "股价 股票 市值 跌停 股份 大跌 暴跌 涨停 重挫 shar stock plunge"
	  " tumble rebound" },
	{ IDEA, 0, "赞助 签约 冠名 官宣 装备 联名 合作 sponsor partner sign deal" },
	{ IDEA, 0,
	  "启用 落户 开工 投产 开业 新店 仓库 基地 warehouse plant"
	  " opening groundbreak" },
	{ IDEA, 0,
	  "破产 倒闭 闭店 关门 歇业 清算 关停 停摆 关店 倒了 bankrupt"
	  " insolv shut close closure" },
	{ IDEA, 0, "暴雷 爆雷 兑付 挤兑 取钱 default insolvency collapse" },
	{ IDEA, 0,
	  "打人 殴打 耳光 扇学 体罚 打学 动手 暴力 打骂 冲突 被打 按在"
	  " 推搡 slap beat hit punch assault attack brawl" },
	{ IDEA, 0,
	  "虐待 虐童 欺凌 霸凌 猥亵 性侵 骚扰 性骚 harass bully abuse"
	  " molest rape" },
	{ IDEA, 0,
	  "骂人 辱骂 态度 恶劣 嚣张 轰走 赶客 刁难 rude insult swear"
	  " detain guard" },
	{ IDEA, 0, "力分 分拣 踩踏 摔打 野蛮 踢飞 乱扔 throw kick toss stomp" },
	{ IDEA, 0, "虐猫 虐狗 活体 虐杀 cruelty 动物 托运 流浪 animal puppy" },
	{ IDEA, 0, "醉驾 酒驾 酒后 醉酒 酒精 drunk alcohol dui drink" },
	{ IDEA, 0, "吸毒 毒品 涉毒 drug cocaine" },
	{ IDEA, 0,
	  "嫖娼 出轨 恋情 离婚 婚外 绯闻 私生 divorc affair cheating"
	  " relationship" },
	{ IDEA, 0, "偷税 逃税 漏税 税务 补税 补缴 偷逃 tax evasion" },
	{ IDEA, 0, "假唱 垫音 真唱 音轨 开麦 跑调 修音 lip sync playback" },
	{ IDEA, 0, "演唱 门票 巡演 音乐 延期 场馆 concert ticket tour postpone gig" },
	{ IDEA, 0,
	  "抄袭 侵权 剽窃 盗版 盗用 洗稿 搬运 plagiarise plagiarism"
	  " copyright infringe" },
	{ IDEA, 0,
	  "航班 返航 备降 颠簸 撞鸟 鸟击 迫降 起降 turbulence emergency"
	  " landing diverted bird runway" },
	{ IDEA, 0, "延误 延迟 晚点 滞留 误点 停运 限速 delay cancel strand stuck" },
	{ IDEA, 0, "车祸 追尾 撞车 碰撞 撞 侧翻 肇事 collision struck overturn" },
	{ IDEA, 0, "脱轨 derail derailment rails" },
	{ IDEA, 0, "开门 车门 未关 夹人 door" },
	{ IDEA, 0, "行李 luggage baggage bag" },
	{ IDEA, 0, "搁浅 沉船 落水 aground sink capsize" },
	{ IDEA, 0,
	  "歧视 辱华 性别 地域 羞辱 冒犯 侮辱 racist sexist discriminat"
	  " offensive sham 女性 辱女 种族 丑化 racial race gender slur"
	  " stereotype" },
	{ IDEA, 0,
	  "虚假 夸大 误导 宣传 广告 文案 海报 标语 擦边 mislead advert"
	  " advertis poster slogan 诱导 低俗 deceptiv clickbait" },
	{ IDEA, 0, "抵制 封杀 拉黑 卸载 boycott 差评 一星 滚出 petition" },
	{ IDEA, 0,
	  "诈骗 欺诈 骗局 骗钱 骗子 骗 被骗 卷款 跑了 scam fraud swindle"
	  " dupe 钓鱼 传销 集资 上当 phish ponzi scheme" },
	{ IDEA, 0,
	  "假货 假冒 山寨 仿冒 掺假 冒充 售假 假羊 假的 伪劣 counterfeit"
	  " fake knockoff" },
	{ IDEA, 0, "存款 不翼 转走 取走 挪走 账户 余额 account balance" },
	{ IDEA, 0, "洗钱 黑钱 laundering launder" },
	{ IDEA, 0, "造假 作假 虚构 注水 刷单 falsif cooked fabricat" },
	{ IDEA, 0, "拒赔 理赔 骗保 保单 claim insurer refus" },
	{ IDEA, 0,
	  "副作 良反 幻觉 误诊 疗事 用药 打错 手术 overdose hallucinat"
	  " surgery misdiagnos" },
	{ IDEA, 0, "试验 临床 三期 trial phase placebo" },
	{ IDEA, 0, "批准 获批 审批 approve approval reject" },
	{ IDEA, 0, "注射 见异 针剂 药片 输液 injection vial" },
	{ IDEA, 0,
	  "污染 排污 污水 偷排 废水 臭味 异味 刺鼻 发黄 水质 臭 pollute"
	  " pollution sewage waste stink smell odour overflow discharge"
	  " 排放 倾倒 河水 死鱼 emission dump" },
	{ IDEA, 0, "断水 停水 停电 断电 boil tap blackout" },
	{ IDEA, 0, "辐射 核泄 radiation radiat" },
	{ IDEA, 0,
	  "获奖 大奖 夺冠 冠军 最佳 评选 榜首 荣获 award win won prize"
	  " best" },
	{ IDEA, 0, "推出 上新 首发 新品 亮相 launch unveil" },
	{ IDEA, 0, "捐款 捐赠 捐 公益 donate donation charity" },
	{ IDEA, 0, "电梯 扶梯 被困 困人 下坠 lift elevator escalator trapped" },
	{ IDEA, 0,
	  "坠落 坠下 坠楼 坠 坍塌 倒塌 掉落 吊顶 天花 砸 砸伤 垮塌 fell"
	  " fall ceiling collaps span" },
	{ IDEA, 0, "烫伤 烫 泼 杯盖 scald" },
	{ IDEA, 0, "暴雨 洪水 淹水 内涝 台风 暴雪 flood storm typhoon hurricane" },
	{ IDEA, 0, "地震 earthquake quake" },
	{ IDEA, 0, "充值 打赏 沉迷 防沉 recharge topup" },
	{ IDEA, 0, "楼盘 交房 烂尾 业主 维权 homeown" },
	{ IDEA, 0, "租金 房租 涨租 押金 退租 rent evict" },
	{ IDEA, 0,
	  "抗议 聚集 静坐 围堵 占领 讨说 游行 拉横 protest occupy"
	  " demonstrat rally" },
	{ IDEA, 0, "谣言 造谣 辟谣 不实 澄清 传谣 rumour rumor hoax" },
	{ IDEA, 0, "毁约 消订 订好 转卖 overbook" },
	{ IDEA, 0, "幽灵 料包 预制 ghost" },
	{ IDEA, 0, "遗忘 走失 失踪 落下 missing" },
	{ IDEA, 0, "选举 投票 vote elect" },
	{ IDEA, 0, "禁止 禁令 禁售 封禁 ban" },
	{ IDEA, 0, "执照 许可 资质 无证 licence license permit" },
	{ IDEA, 0, "总裁 董事 高管 副总 创始 掌门 ceo chairman founder president" },
	{ IDEA, 0, "财务 cfo financ" },
	{ IDEA, 0,
	  "换脸 伪造 合成 克隆 拟声 深伪 deepfake synthetic clon"
	  " manipulat" },
	{ IDEA, 0, "国旗 国歌 地图 主权 英烈 和服 flag anthem" },
	{ IDEA, 0, "未成 成年 青少 minor teenag underage" },
	{ IDEA, 0, "马拉 半马 选手 完赛 marathon runner" },
	{ IDEA, 0, "加密 比特 币圈 代币 crypto bitcoin token" },
	{ IDEA, 0, "垄断 反垄 二选 antitrust monopol" },
	{ IDEA, 0, "丢件 丢了 偷吃 签收 派送 undeliver" },
	{ IDEA, 0, "疫苗 接种 vaccin jab" },
	{ IDEA, 0, "吃出 喝出 吃到 喝到" },
	{ IDEA, 0, "校车 校园 幼师 kindergarten" },
	{ IDEA, 0, "煤气 燃气 天然 gas" },
	{ IDEA, 0, "坠机 空难 直升 helicopter" },
	{ IDEA, 0, "无人 机器 智驾 autopilot driverless drone robot" },
	{ IDEA, 0, "拖车 停车 车位 parking" },
	{ WORD_WEAK | WORD_STEP, 0, "恢复 修复 restore resume back" },
	{ WORD_WEAK | WORD_STEP, 0, "召回 下架 撤回 停售 撤下 停用 recall pull withdrawn" },
	{ WORD_WEAK | WORD_STEP, 0, "致歉 道歉 抱歉 鞠躬 apologise apology sorry" },
	{ WORD_WEAK | WORD_STEP, 0, "否认 denial deny" },
	{ WORD_WEAK | WORD_STEP, 0,
	  "退款 退钱 退费 退货 赔偿 赔付 退一 赔十 补偿 退还 赔 refund"
	  " compensat compensation" },
	{ WORD_WEAK | WORD_STEP, 0,
	  "起诉 诉讼 状告 开庭 法院 判决 胜诉 败诉 上诉 sue lawsuit court"
	  " verdict ruling appeal 纠纷 律师 师函 仲裁 专利 商标 索赔"
	  " lawyer judge attorney settlement trademark patent damages"
	  " legal" },
	{ WORD_WEAK | WORD_STEP, 0,
	  "立案 调查 侦查 约谈 核查 investigate inquiry probe"
	  " investigation" },
	{ WORD_WEAK | WORD_STEP, 0,
	  "拘留 被拘 刑拘 逮捕 抓获 被抓 控制 arrest custody jail 被捕" },
	{ WORD_WEAK | WORD_STEP, 0,
	  "罚款 被罚 处罚 罚没 罚单 开罚 罚 fin penalty penalis penaliz" },
	{ WORD_WEAK | WORD_STEP, 0, "解聘 开除 辞退 停职 停岗 dismiss suspend sack" },
	{ WORD_WEAK | WORD_STEP, 0, "解约 终止 代言 塌房 endorse ambassador" },
	{ WORD_WEAK | WORD_STEP, 0,
	  "死亡 身亡 去世 遇难 猝死 离世 殒命 丧生 die dead death kill"
	  " fatal bodies died 死了 致死 自杀 跳楼 抢救 suicid fatalit" },
	{ WORD_WEAK | WORD_STEP, 0,
	  "受伤 骨折 划伤 烧伤 致伤 伤者 送医 injure hurt wound 住院 急诊"
	  " 昏迷 窒息 伤害 unconscious hospitalis hospitaliz" },
	{ WORD_WEAK | WORD_STEP, 0, "旧闻 旧事 旧视 年前 翻炒 旧图 old" },
	{ WORD_WEAK | WORD_STEP, 0, "举报 爆料 内部 暗访 whistleblow undercover" },
	{ WORD_WEAK | WORD_STEP, 0,
	  "检测 抽检 送检 检验 抽样 检出 复检 较试 sample inspect test" },
	{ WORD_WEAK | WORD_STEP, 0, "整改 停业 整顿 责令 查封 封存" },
	{ WORD_WEAK, 0,
	  "一个 一家 一批 一种 一次 一条 一款 一台 一辆 一起 一下 一直"
	  " 一样 一些 一句 一把 一天 一年 一周 一月 一夜 一声 一步 一线"
	  " 一百 一千 两个 两家 两人 两天 两年 两次 两小 三个 三家 三人"
	  " 三天 三年 三次 四个 五个 六个 七个 八个 九个 十个 几个 几家"
	  " 几天 多个 多人 多家 多地 多名 多次 多起 多款 每个 每天 每人"
	  " 半个 半天 半年 半小 个月 个小 小时 分钟 天内 日内 年内 年来"
	  " 月来 近日 近期 近年 今天 今日 今年 今晚 昨天 昨日 昨晚 明天"
	  " 明日 前天 上周 本周 下周 上月" },
	{ WORD_WEAK, 0,
	  "本月 下月 去年 明年 早上 上午 中午 下午 晚上 凌晨 深夜 夜里"
	  " 早高 高峰 周末 假期 长假 节前 节后 目前 此前 之前 以前 之后"
	  " 以后 后来 随后 最后 最终 最近 最新 最早 现在 如今 当天 当日"
	  " 当时 当场 同日 同时 刚刚 刚才 马上 立即 立刻 即刻 即日 第一"
	  " 第二 第三 首次 首个 再次 又一 新闻 消息 媒体 记者 报道 曝光"
	  " 被曝 曝出 爆出 网友 网民 网络 网传 视频 画面 照片 图片 截图"
	  " 录音 录像 热搜 热议 引发 引热 关注 讨论 评论 转发 发文 发帖"
	  " 发声 发布 公布 公告 通告 通报" },
	{ WORD_WEAK, 0,
	  "通知 声明 说明 情况 回应 再回 表示 称其 称因 称系 称已 官方"
	  " 官网 官微 客服 平台 用户 顾客 客户 消费 费者 市民 居民 群众"
	  " 乘客 旅客 车主 家长 学生 学员 员工 职工 工人 店员 店家 店长"
	  " 店方 商家 卖家 买家 老板 经理 负责 责人 相关 有关 部门 监管"
	  " 市场 场监 监督 督管 管理 理局 管局 局对 政府 机构 公司 企业"
	  " 集团 品牌 门店 分店 总部 厂家 工厂 产品 商品 服务 问题 事件"
	  " 事故 原因 结果 处理 处置 解决 调解 进行 开展 展开 介入 配合"
	  " 采取 措施 要求 限期 全面 全部" },
	{ WORD_WEAK, 0,
	  "全国 全市 全省 部分 各地 当地 本地 附近 现场 地址 出现 发生"
	  " 发现 造成 导致 存在 涉及 涉事 涉嫌 疑似 被指 被疑 质疑 争议"
	  " 投诉 反映 反馈 求助 曝其 遭遇 遭到 面临 受到 收到 得到 拿到"
	  " 看到 听到 遇到 碰到 买到 找到 想到 没有 没人 没用 没想 不能"
	  " 不会 不要 不是 不用 不敢 不让 不给 不到 不知 不过 不仅 不再"
	  " 不得 无法 可以 可能 可是 能不 不行 应该 必须 需要 需致 想要"
	  " 希望 觉得 认为 知道 告诉 请问 求问 有人 有没 有个 有一 有点"
	  " 还是 还有 还能 还要 就是 都是" },
	{ WORD_WEAK, 0,
	  "而是 只是 只有 只能 但是 因为 因此 所以 如果 虽然 甚至 竟然"
	  " 居然 竟是 原来 到底 究竟 怎么 怎样 什么 为何 为什 如何 哪家"
	  " 哪里 哪些 多少 这个 这家 这次 这样 这种 这么 这是 那个 那家"
	  " 那些 那么 那次 大家 自己 别人 他们 我们 你们 咱们 我的 我家"
	  " 我妈 我爸 我娃 我刚 孩子 老人 女子 男子 男孩 女孩 女童 男童"
	  " 儿子 女儿 母亲 父亲 夫妻 老公 老婆 姐妹 朋友 同学 同事 邻居"
	  " 路人 人士 专家 医生 警方 民警 交警 消防 检察 教育 育局 卫健"
	  " 应急 交通 海关 药监 监局 省市" },
	{ WORD_WEAK, 0,
	  "市局 县局 区局 省里 市里 县里 公安 派出 人民 国家 总局 委员"
	  " 消协 消委 协会 教师 老师 校长 学校 幼儿 中学 小学 大学 医院"
	  " 酒店 宾馆 餐厅 饭店 超市 商场 商店 药店 银行 保险 证券 基金"
	  " 航空 机场 飞机 地铁 列车 高铁 火车 公交 汽车 轿车 新车 车辆"
	  " 客车 货车 电动 新能 能源 手机 电脑 电视 空调 冰箱 家电 电器"
	  " 游戏 手游 玩家 直播 播间 主播 博主 网红 明星 艺人 演员 歌手"
	  " 导演 快递 包裹 网点 外卖 骑手 小哥 咖啡 奶茶 茶饮 饮品 饮料"
	  " 牛奶 奶粉 乳业 食品 零食 餐饮" },
	{ WORD_WEAK, 0,
	  "火锅 蛋糕 面包 米饭 饭菜 食堂 供餐 药业 药品 药物 药企 医药"
	  " 化工 科技 地产 物业 小区 花园 公寓 房子 房东 租客 游客 景区"
	  " 民宿 服装 衣服 鞋子 化妆 护肤 面霜 宠物 纸尿 尿裤 母婴 玩具"
	  " 家具 系统 软件 电话 短信 微信 微博 抖音 淘宝 京东 应用 程序"
	  " 万元 亿元 百元 千元 美元 欧元 人次 左右 以上 以下 超过 达到"
	  " 约为 不足 高达 累计 共计 合计 平均 价值 金额 增长 下降 提高"
	  " 降低 上升 减少 增加 部署 推进 启动 开启 继续 持续 停止 暂停"
	  " 取消 完成 结束 开始 正在 已经" },
	{ WORD_WEAK, 0,
	  "已被 已有 已对 将于 将对 将就 将在 突然 突发 紧急 严重 重大"
	  " 严肃 认真 积极 高度 重视 歉意 诚恳 深表 接受 承诺 承担 责任"
	  " 依法 依规 违法 违规 规定 标准 合格 不合 安全 健康 环境 生活"
	  " 工作 社会 经济 文化 历史 世界 中国 国内 国外 国际 海外 进口"
	  " 真的 真是 确实 其实 大概 好像 好多 很多 许多 大量 大批 少数"
	  " 所有 任何 其他 其中 另外 此外 包括 以及 关于 对于 针对 根据"
	  " 按照 通过 由于 据悉 据了 了解 获悉 透露 介绍 显示 证实 确认"
	  " 核实 属实 排查 检查 追究 终于" },
	{ WORD_WEAK, 0,
	  "果然 难怪 离谱 崩溃 吓人 恶心 无语 气死 生气 害怕 担心 心慌"
	  " 后怕 放心 小心 注意 提醒 警惕 避雷 避坑 踩雷 提示 建议 推荐"
	  " 分享 吃瓜 记录 实拍 直击 独家 快讯 速看 扩散 转载 原文 全文"
	  " 详情 链接 点击 长文 小作 作文 视监 画质 现身 露面 看看 看来"
	  " 过来 出来 起来 下来 回来 上来 进来 过去 出去 下去 回去 上去"
	  " 进去 时候 时间 地方 东西 事情 样子 方面 双方 对方 作人 人员"
	  " 人在 的人 一人 三名 两名 一名 一位 名用 名消 人均 负面 影响"
	  " 后果 损失 风险 教训 警示 名单" },
	{ WORD_WEAK, 0,
	  "全员 团队 涉案 案件 案例 当事 事人 家属 死者 目击 现疑 上演"
	  " 竟被 被人 让人 令人 惹众 众怒 众人 各方 背后 真相 细节 完整"
	  " 全程 亲历 亲测 体验 使用 购买 下单 换货 售后 维修 安装 鉴定"
	  " 测试 评测 对比 排名 榜单 报告 文件 材料 证据 证明 合同 协议"
	  " 条款 规则 制度 流程 渠道 入口 申请 登记 排队 预约 上门 联系"
	  " 打电 致电 电联 沟通 协商 拒绝 同意 答应 认可 支持 反对 呼吁"
	  " 号召 取样 可退 同样 宣布 批次 能退 说是 这批 退换 那批 月份"
	  " 网曝 声称" },
	{ WORD_WEAK, 0,
	  "agency announce aware brand company council customer day firm"
	  " hundred issue market member million month new notice official"
	  " owner people police product psa report say shop statement"
	  " store thousand today user video week year first second third"
	  " fourth last next make made take took taken find look need"
	  " want know think time way thing lot man woman men women boy"
	  " girl kid child children mother father mum mom dad parent"
	  " family friend wife husband son daughter baby tomorrow"
	  " yesterday tonight morning afternoon evening night hour minute"
	  " ago since until still ever never always really actually"
	  " everyone everybody anyone anybody someone somebody something"
	  " nothing anything everything everywhere big small good bad" },
	{ WORD_WEAK, 0,
	  "worst great long short high low right wrong left part end"
	  " start begin began come came go goes gone going give gave"
	  " given put set ran call tell told ask see saw seen show shown"
	  " use used using try tried turn keep kept help move hold held"
	  " bring brought happen wait stay half three four five six seven"
	  " eight nine ten eleven twelve dozen hundreds billion chief"
	  " boss executive head director manager worker employee team"
	  " crew driver passenger guest diner resident local neighbour"
	  " neighbor student pupil teacher patient doctor officer agent"
	  " spokesman spokeswoman spokesperson expert analyst investor"
	  " shareholder buyer fan player business industry sector group"
	  " provider operator retailer supplier chain" },
	{ WORD_WEAK, 0,
	  "branch factory site building house home room kitchen"
	  " restaurant cafe bakery hotel airline airways airport flight"
	  " plane train metro bus car vehicle truck ship bank hospital"
	  " clinic school university college campus government ministry"
	  " department commission authority regulator watchdog board city"
	  " town village county district state country area road street"
	  " app website web online system service software phone device"
	  " laptop game email message photo picture clip footage thread"
	  " link page letter text food meal milk water coffee tea bread"
	  " chocolate snack meat chicken item pack package packet bottle"
	  " box batch model version range line toy clothes fashion shoe"
	  " medicine pill said warn alert urge reveal confirm admit"
	  " accuse allege blame face" },
	{ WORD_WEAK, 0,
	  "force order ordered offer offered promise vow pledge agree"
	  " seek sought demand reopen return leave join meet met hear"
	  " heard feel felt believe hope expect fear worry concern"
	  " complain complaint criticise criticism anger angry fury"
	  " furious outrage backlash row dispute debate question answer"
	  " respond response reply react reaction comment speak spoke"
	  " spoken talk discuss explain stop halt pause block remove"
	  " continue affect cause led tie tied follow amid despite"
	  " without within against among around between during under"
	  " across near outside inside behind beyond toward per via"
	  " number figure total average level amount cost money cash paid"
	  " free full empty whole other another several much more most"
	  " less least few little" },
	{ WORD_WEAK, 0,
	  "some any all both each same different similar such only just"
	  " also too very almost about over again once twice yet already"
	  " soon later early earlier recent currently now then here there"
	  " please thanks lol wow omg lovely classic seriously literally"
	  " honestly apparently maybe perhaps probably update latest"
	  " exclusive live watch read check guide what why how who when"
	  " where which whose case incident event fact detail evidence"
	  " review survey study inspection findings life world name"
	  " person public private national global international american"
	  " british european chinese uk us eu bought deliver sale far"
	  " queue window floor front top bottom side hand eye leg"
	  " possible likely unlikely able unable safe unsafe" },
	{ WORD_WEAK, 0,
	  "serious major huge massive tiny main key true false fair nice"
	  " okay ok weekend monday tuesday wednesday thursday friday"
	  " saturday sunday january february march april june july august"
	  " september october november december spring summer autumn"
	  " winter finally got get did does doing done was were been"
	  " being have has had can cannot could would should must shall"
	  " may might will dont doesnt didnt isnt arent wasnt im ive"
	  " youre theyre its thats picks covers appeared become became"
	  " remain rest add allow lose catch caught cover cross carry"
	  " fallen rise rose risen grow grew hide hidden send sent stand"
	  " stood walk write wrote written wear wore sat sleep eat ate"
	  " eaten" },
	{ WORD_WEAK, 0,
	  "drove driven ride rode flew enough whatever anyway idea kind"
	  " sort bit point place space piece step term word reason matter"
	  " problem trouble mess chaos situation apologize" },
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
	  "全体 年轻 中年 醉酒 怀孕 陌生 外籍 已婚 单身 当事 涉事 周边 附近 不少 部分 众多 "
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
	{ WORD_NO_PLACE, 0,
	  "入口 出口 进口 窗口 人口 门口 路口 伤口 借口 胃口 缺口 端口 接口 商城 全城 同城 "
	  "进城 长城 新城 满城 县城 古城 影城 书城 登山 爬山 火山 江山 上山 下山 雪山 靠山 "
	  "大海 出海 航海 沿海 人海 深海 保安 治安 平安 不安 晚安 早安 网安 森林 园林 造林 "
	  "还原 草原 高原 病原 平原 到港 离港 半岛 海岛 海湾 港湾 鱼塘 江湖 运河 村庄 钱庄 "
	  "太阳 朝阳 夕阳 山川 过渡 摆渡 偷渡 光泽 色泽 停泊 漂泊 海滨 安宁 归还 大山 深山" },
	{ WORD_AFTER, 0,
	  "警方 交警 公安 法院 消协 税务 网信 海关 机场 市委 县委 市监 "
	  "大学 车站 地铁 疾控 消防 当地 居民 市民 crossing station "
	  "airport hospital plant mall council city county town village "
	  "road street derailment resident local commuter harbour beach "
	  "bridge bay island square avenue lane district borough terminal "
	  "depot campus refinery cinemagoer shopper diner villager pupil care" },
	{ WORD_AFTER_WEAK, 0,
	  "本地 门店 分店 分院 院区 分校 支行 分行 工厂 校区 园区 基地 店铺 branch store shop "
	  "factory school hotel site university bakery restaurant "
	  "warehouse office" },
	{ WORD_AFTER_OPENING, 0, "女子 男子 小伙 大爷 大妈" },
	{ WORD_MONTH, 0,
	  "january february april june july august september october november december "
	  "jan feb apr jun jul aug sep sept oct nov dec march" },
	{ WORD_DATED, 0, "by before dated expiry expire 日期" },
	{ WORD_VEHICLE, 0, "火车 高铁 汽车 客运 地铁" },
	{ WORD_OUR, 0, "our its their the" },
	{ WORD_BEFORE, 0, "near outside" },
	{ WORD_IN, 0, "in from" },
	{ WORD_SAINT, 0, "port mount lake san santa los las fort cape st saint" },
	{ WORD_LOT, 0, "lot batch batches lots code serial 批号 批次 编号 号码" },
	{ WORD_AGAIN, 0, "再现 再度 再次 两度 二度 二次 三次 又一 again twice second another" },
	{ WORD_NUMBERED, 0, "line route gate flight unit platform terminal" },
	{ WORD_MANY, 0,
	  "早报 晚报 晨报 午报 早餐 周报 收盘 盘点 汇总 速览 要闻 一览 简报 榜单 诉榜 合集 "
	  "brief briefing roundup recap digest bulletin" },
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
	{ WORD_GOOD, 1, "合格 达标 成功 过关 符合 succeed succeeds success pass clear" },
	{ WORD_BAD, 1, "超标 超限 检出 失败 落选 fail failure flunk exceed" },
	{ WORD_GOOD, 2, "批准 获批 通过 获准 准许 放行 approve approval greenlight authoris" },
	{ WORD_BAD, 2, "驳回 否决 拒批 叫停 reject block refus" },
	{ WORD_GOOD, 3,
	  "大涨 暴涨 涨停 上涨 反弹 飙升 走高 rebound soar surge rise rose climb jump" },
	{ WORD_BAD, 3,
	  "下跌 暴跌 大跌 跌停 重挫 跳水 走低 闪崩 plunge tumble slump fell sink slide" },
	{ WORD_GOOD, 4, "胜诉 无罪 acquit win won exonerat" },
	{ WORD_BAD, 4, "败诉 有罪 判赔 guilty convict liable lose lost" },
	{ WORD_GOOD, 5, "盈利 扭亏 大赚 profit" },
	{ WORD_BAD, 5, "亏损 巨亏 大亏 loss losses" },
	{ WORD_GOOD, 6, "beat hits 超预" },
	{ WORD_BAD, 6, "miss misses 不及" },
	{ WORD_GOOD, 7, "positive 阳性" },
	{ WORD_BAD, 7, "negative 阴性" },
	{ WORD_GOOD, 8, "好评 最佳 夺冠 晋级 榜首 best top" },
	{ WORD_BAD, 8, "差评 最差 落败 淘汰 垫底 出局 worst poor" },
	{ WORD_GOOD, 9, "上调 upgrade" },
	{ WORD_BAD, 9, "下调 downgrade" },
	{ WORD_GOOD, 10, "安全 无毒 无害 safe harmless" },
	{ WORD_BAD, 10, "有毒 有害 unsafe harmful toxic" },
	{ WORD_GOOD, 11, "招聘 扩招 招人 hire hiring recruit" },
	{ WORD_BAD, 11, "裁员 被裁 裁撤 layoff redundancy redundant" },
	{ WORD_GOOD, 12, "降价 官降 便宜 cheaper" },
	{ WORD_BAD, 12, "涨价 提价 dearer" },
	{ WORD_GOOD, 13, "续约 续签 签约" },
	{ WORD_BAD, 13, "解约 终止" },
};
const size_t gist_rows_n = LY_COUNT(gist_rows);
