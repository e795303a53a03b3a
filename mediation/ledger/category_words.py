"""What ledgers call the causes of dispute (law.md 5.3): everyday words to category codes."""

import re
from functools import lru_cache

from mediation.committees.categories import BY_CODE, CATEGORIES
from mediation.core.money import clean

# The narrower wording stands above the wider one; the first pattern found decides.
_RULES: tuple[tuple[str, str], ...] = (
    (r"职业伤害", "injury.occupational"),
    (r"停工留薪", "injury.paid_leave"),
    (r"工伤.*(?:认定|申报|确认)|(?:认定|申请|申报|确认)工伤", "injury.recognition"),
    (r"工伤|工亡|因工(?:受伤|死亡|负伤)|伤残(?:待遇|补助|津贴|赔偿)|一次性(?:伤残|医疗|工亡)", "injury.benefits"),
    (
        r"(?:确认|认定|存在|有无|是否).{0,4}劳动关系|劳动关系.{0,3}(?:确认|认定|争议|纠纷)|确认关系|事实劳动关系|确劳",
        "contract.relationship",
    ),
    (r"[二双两2]倍工资|(?:未|没|无|不).{0,3}(?:签|订立|书面).{0,6}(?:合同|协议)?", "contract.unwritten"),
    (r"(?:解除|终止|退出)?合作(?:协议|关系|合同)?.{0,2}(?:解除|终止)|(?:解除|终止)合作", "new_form.cooperation_end"),
    (r"违法(?:解除|终止|辞退|开除)|2n|双倍补偿|^赔偿金|解除.*赔偿金", "contract.damages"),
    (r"代通知", "contract.notice_pay"),
    (r"经济补偿|补偿金|离职补偿|n\+1|遣散|解约补偿", "contract.severance"),
    (r"竞业|保密协议", "contract.non_compete"),
    (r"试用期", "contract.probation"),
    (r"调岗|调整岗位|降薪|变更|转岗|换岗", "contract.change"),
    (r"以租代购|租购|融资租赁|以租代售", "deposit_lease.rent_to_buy"),
    (r"挂靠", "deposit_lease.affiliation_fee"),
    (r"(?:车辆?|租车|电动车|换电|电瓶|货车).{0,3}(?:押金|保证金)|租车|车辆租赁|退车", "deposit_lease.vehicle_deposit"),
    (r"辞退|开除|解除|终止|解聘|裁员|除名|劝退|解雇|炒鱿鱼|离职", "contract.termination"),
    (r"年休|年假", "leave.annual"),
    (r"高温", "leave.heat_allowance"),
    (r"连续(?:配送|工作|送单|驾驶)|疲劳", "leave.continuous_delivery"),
    (r"加班|超时工作|节假日工资|延时工资", "wage.overtime"),
    (r"超时(?:扣|罚|赔)|超时费|迟到扣|送餐超时|配送超时", "new_form.lateness"),
    (r"差评|投诉(?:扣|罚)", "new_form.bad_review"),
    (r"封号|封停|账号|帐号|账户|下线", "new_form.account_suspension"),
    (r"算法|派单|服务分|信用分|接单", "new_form.algorithm"),
    (r"装备|服装|工服|工装|头盔|餐箱|保温箱", "new_form.equipment_fee"),
    (r"奖惩|奖罚|平台规则|奖励规则|站点规则", "new_form.reward_rules"),
    (r"货运险|货物运输(?:保)?险|物流责任险|货险", "insurance.cargo"),
    (r"雇主责任|意外险|团体险|意外伤害保险|保险理赔|保险赔", "insurance.liability"),
    (r"交强|商业险|三者险|车险|车损险", "insurance.motor"),
    (r"社保|社会保险|养老保险|五险|医疗保险|公积金|失业保险", "social_insurance"),
    (r"保险", "insurance"),
    (r"派费|派件|派送费|提成|计件|揽件|揽收|绩效|佣金|配送费|跑单|单价|件费", "wage.piece_fee"),
    (r"最低工资", "wage.minimum"),
    (r"货损|货差|货物.{0,3}(?:损|丢|灭|遗|毁)|丢货|短少|丢件|遗失|丢失|破损|湿损", "freight.cargo_damage"),
    (r"压车|滞留|等货|押车|滞期|待时|压夜|卸货等待|误工费", "freight.detention"),
    (r"空驶|放空|空跑", "freight.empty_run"),
    (r"油卡|回款|加油卡", "freight.fuel_card"),
    (r"运费|运输费|运输款|运输报酬|运价|拖车费|运输款项|承运费", "freight.arrears"),
    (r"运输合同|货运|承运|运输纠纷|货物运输", "freight"),
    (r"押金|保证金|风险金", "new_form.deposit"),
    (r"罚款|扣款|克扣|扣罚|扣工资|扣钱|罚金", "wage.deduction"),
    (r"交通事故|交通肇事|车祸|道路交通|剐蹭|刮擦|追尾|碰撞", "traffic"),
    (r"治安|打架|斗殴|打人|殴打|冲突|扭打|口角|辱骂|伤人|纠打|互殴", "public_order"),
    (r"人身损害|人身伤害|健康权|身体权|生命权|受伤|损害赔偿|提供劳务者", "other.personal_injury"),
    (r"休息|休假|假期", "leave"),
    (r"欠薪|拖欠|讨薪|工资|劳动报酬|薪资|薪酬|薪水|报酬|劳务费|奖金|年终奖|底薪|结薪|欠款", "wage.arrears"),
    (r"劳动合同", "contract"),
    (r"新就业|新业态", "new_form"),
    (r"^其[他它]", "other"),
)
_SOCIAL = ((r"补缴|补交", "back_payment"), (r"少缴|基数|不足|少交|低缴", "underpaid"), (r"未|没|不|欠", "unpaid"))
_LABELS = {clean(seed.label): seed.code for seed in reversed(CATEGORIES)}
_MAIN_WORDS = {
    "工伤": "injury",
    "职业伤害": "injury.occupational",
    "运费": "freight.arrears",
    "工资": "wage.arrears",
    "其它": "other",
}
_SEPARATOR = re.compile(r"[、,;；/|+\n>:-]|及其?|和|以及")


@lru_cache(maxsize=4096)
def categories_of(text: str) -> tuple[str, ...]:
    """The codes a cell names, the main one first; empty when none is recognised.

    A main cause followed by one of its branches (劳动报酬/加班费) is that branch alone.
    """
    whole = _code(clean(text), exact=True)
    if whole:
        return (whole,)
    lines = "\n".join(clean(line) for line in text.splitlines())
    parts = [part for part in _SEPARATOR.split(re.sub(r"\((.*?)\)", r"/\1", lines)) if part]
    codes = [code for part in parts if (code := _code(part))]
    if not codes:
        code = _code(clean(text))
        return (code,) if code else ()
    distinct = list(dict.fromkeys(codes))
    refined = [code for code in distinct if not any(other.startswith(code + ".") for other in distinct)]
    return tuple(refined)


def label_of(code: str) -> str:
    """The category's label."""
    return BY_CODE[code].label


def _code(plain: str, *, exact: bool = False) -> str | None:
    plain = re.sub(r"(?:争议|纠纷|问题|案件?|类)+$", "", plain) or plain
    if plain in _MAIN_WORDS:
        return _MAIN_WORDS[plain]
    if plain in _LABELS and plain not in ("待遇", "变更", "押金"):
        return _LABELS[plain]
    if exact:
        return None
    if plain in _LABELS:
        return _LABELS[plain]
    for pattern, code in _RULES:
        if re.search(pattern, plain):
            return _social(plain) if code == "social_insurance" else code
    return None


def _social(plain: str) -> str:
    branch = next((name for pattern, name in _SOCIAL if re.search(pattern, plain)), None)
    return f"social_insurance.{branch}" if branch else "social_insurance"
