"""The causes of dispute a committee starts with (law.md 5.3), as data.

A code is the main cause, or ``main.branch``. Each cause carries the column of the labour-dispute yearbook
and the type of the 人民调解 statistics (law.md 5.2) that it counts under; an administrator can change both.
"""

from typing import NamedTuple

N_ = str  # marks a text for the catalogue
YEARBOOK_CAUSES = ("劳动报酬", "社会保险", "变更劳动合同", "解除/终止劳动合同", "其他")
PM_TYPES = (
    N_("婚姻家庭"),
    N_("邻里"),
    N_("房屋宅基地"),
    N_("合同"),
    N_("生产经营"),
    N_("损害赔偿"),
    N_("山林土地"),
    N_("征地拆迁"),
    N_("环境污染"),
    N_("劳动争议"),
    N_("消费"),
    N_("医疗"),
    N_("道路交通事故"),
    N_("物业"),
    N_("其他"),
)


class CategorySeed(NamedTuple):
    """One cause: ``parent`` is the main cause's code, or None for a main cause."""

    code: str
    parent: str | None
    label: str
    yearbook_cause: str
    pm_type: str


CATEGORIES: tuple[CategorySeed, ...] = (
    CategorySeed("wage", None, "劳动报酬", "劳动报酬", "劳动争议"),
    CategorySeed("wage.arrears", "wage", "拖欠工资", "劳动报酬", "劳动争议"),
    CategorySeed("wage.overtime", "wage", "加班费", "劳动报酬", "劳动争议"),
    CategorySeed("wage.piece_fee", "wage", "提成/派费", "劳动报酬", "劳动争议"),
    CategorySeed("wage.deduction", "wage", "扣款罚款", "劳动报酬", "劳动争议"),
    CategorySeed("wage.minimum", "wage", "最低工资", "劳动报酬", "劳动争议"),
    CategorySeed("contract", None, "劳动合同", "其他", "劳动争议"),
    CategorySeed("contract.relationship", "contract", "确认劳动关系", "其他", "劳动争议"),
    CategorySeed("contract.unwritten", "contract", "未签书面合同", "其他", "劳动争议"),
    CategorySeed("contract.change", "contract", "变更", "变更劳动合同", "劳动争议"),
    CategorySeed("contract.probation", "contract", "试用期", "其他", "劳动争议"),
    CategorySeed("contract.termination", "contract", "解除/终止", "解除/终止劳动合同", "劳动争议"),
    CategorySeed("contract.severance", "contract", "经济补偿", "解除/终止劳动合同", "劳动争议"),
    CategorySeed("contract.damages", "contract", "赔偿金", "解除/终止劳动合同", "劳动争议"),
    CategorySeed("contract.notice_pay", "contract", "代通知金", "解除/终止劳动合同", "劳动争议"),
    CategorySeed("contract.non_compete", "contract", "竞业限制", "其他", "劳动争议"),
    CategorySeed("social_insurance", None, "社会保险", "社会保险", "劳动争议"),
    CategorySeed("social_insurance.unpaid", "social_insurance", "未缴", "社会保险", "劳动争议"),
    CategorySeed("social_insurance.underpaid", "social_insurance", "少缴", "社会保险", "劳动争议"),
    CategorySeed("social_insurance.back_payment", "social_insurance", "补缴", "社会保险", "劳动争议"),
    CategorySeed("injury", None, "工伤/职业伤害", "社会保险", "劳动争议"),
    CategorySeed("injury.recognition", "injury", "工伤认定", "社会保险", "劳动争议"),
    CategorySeed("injury.benefits", "injury", "待遇", "社会保险", "劳动争议"),
    CategorySeed("injury.occupational", "injury", "职业伤害保障", "其他", "劳动争议"),
    CategorySeed("injury.paid_leave", "injury", "停工留薪", "社会保险", "劳动争议"),
    CategorySeed("leave", None, "休息休假", "其他", "劳动争议"),
    CategorySeed("leave.annual", "leave", "年休假", "劳动报酬", "劳动争议"),
    CategorySeed("leave.heat_allowance", "leave", "高温津贴", "劳动报酬", "劳动争议"),
    CategorySeed("leave.continuous_delivery", "leave", "连续配送休息", "其他", "劳动争议"),
    CategorySeed("new_form", None, "新就业形态", "其他", "劳动争议"),
    CategorySeed("new_form.lateness", "new_form", "超时扣款", "其他", "劳动争议"),
    CategorySeed("new_form.bad_review", "new_form", "差评罚款", "其他", "劳动争议"),
    CategorySeed("new_form.reward_rules", "new_form", "奖惩规则", "其他", "劳动争议"),
    CategorySeed("new_form.algorithm", "new_form", "算法派单/服务分", "其他", "劳动争议"),
    CategorySeed("new_form.account_suspension", "new_form", "账号封停", "其他", "劳动争议"),
    CategorySeed("new_form.deposit", "new_form", "押金", "其他", "劳动争议"),
    CategorySeed("new_form.equipment_fee", "new_form", "装备费/服装费", "其他", "劳动争议"),
    CategorySeed("new_form.cooperation_end", "new_form", "合作协议解除", "其他", "劳动争议"),
    CategorySeed("freight", None, "运费", "其他", "合同"),
    CategorySeed("freight.arrears", "freight", "拖欠运费", "其他", "合同"),
    CategorySeed("freight.detention", "freight", "压车/滞留费", "其他", "合同"),
    CategorySeed("freight.empty_run", "freight", "空驶", "其他", "合同"),
    CategorySeed("freight.fuel_card", "freight", "油卡/回款", "其他", "合同"),
    CategorySeed("freight.cargo_damage", "freight", "货损抵扣", "其他", "合同"),
    CategorySeed("insurance", None, "保险", "其他", "合同"),
    CategorySeed("insurance.motor", "insurance", "交强/商业险理赔", "其他", "合同"),
    CategorySeed("insurance.cargo", "insurance", "货运险", "其他", "合同"),
    CategorySeed("insurance.liability", "insurance", "雇主责任险/意外险", "其他", "合同"),
    CategorySeed("deposit_lease", None, "押金租赁", "其他", "合同"),
    CategorySeed("deposit_lease.vehicle_deposit", "deposit_lease", "车辆押金", "其他", "合同"),
    CategorySeed("deposit_lease.affiliation_fee", "deposit_lease", "挂靠费", "其他", "合同"),
    CategorySeed("deposit_lease.rent_to_buy", "deposit_lease", "以租代购", "其他", "合同"),
    CategorySeed("traffic", None, "交通事故", "其他", "道路交通事故"),
    CategorySeed("public_order", None, "治安纠纷", "其他", "损害赔偿"),
    CategorySeed("other", None, "其他", "其他", "其他"),
    CategorySeed("other.personal_injury", "other", "人身损害", "其他", "损害赔偿"),
)

BY_CODE: dict[str, CategorySeed] = {seed.code: seed for seed in CATEGORIES}
