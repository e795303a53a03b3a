"""A calendar of 2027 INVENTED FOR TESTS: no notice of that year was known when this was written. Not for any real use.

It also re-arranges the last days of 2026, as real notices do.
"""

SOURCE = "测试用文号，不是真实的放假通知"
LINES = """\
day,kind,name
2026-12-26,makeup_workday,元旦
2026-12-31,rest_day,元旦
2027-01-01,statutory_holiday,元旦
2027-01-02,rest_day,元旦
2027-01-03,rest_day,元旦
2027-02-05,statutory_holiday,春节
2027-02-06,statutory_holiday,春节
2027-02-07,statutory_holiday,春节
2027-02-08,statutory_holiday,春节
2027-02-09,rest_day,春节
2027-02-10,rest_day,春节
2027-02-11,rest_day,春节
2027-02-20,makeup_workday,春节
2027-04-05,statutory_holiday,清明节
2027-05-01,statutory_holiday,劳动节
2027-05-02,statutory_holiday,劳动节
2027-05-03,rest_day,劳动节
2027-06-09,statutory_holiday,端午节
2027-09-15,statutory_holiday,中秋节
2027-10-01,statutory_holiday,国庆节
2027-10-02,statutory_holiday,国庆节
2027-10-03,statutory_holiday,国庆节
2027-10-04,rest_day,国庆节
"""
