"""No time limit of law.md 2 begins with the service of a paper of the committee (see ``documents.serving``)."""

from mediation.deadlines.rules.rule import Trigger

# Received from whom: a rule with a new trigger of this kind must be looked at before it stands here.
RECEIVED_FROM_OTHERS = {
    Trigger.RECEIVED: "the applicant's application",
    Trigger.COURT_MATERIAL_RECEIVED: "the court",
    Trigger.CERTIFICATE_RECEIVED: "the traffic police",
    Trigger.PAYMENT_ORDER_RECEIVED: "the court",
    Trigger.ARBITRATION_COPY_RECEIVED: "the arbitration commission",
    Trigger.ARBITRATION_ANSWER_RECEIVED: "the respondent's answer to the commission",
    Trigger.AWARD_RECEIVED: "the arbitration commission",
    Trigger.APPRAISAL_MATERIAL_RECEIVED: "the worker or the employer",
    Trigger.APPRAISAL_RECEIVED: "the appraisal committee",
}


def test_every_clock_that_begins_with_a_receipt_begins_with_a_paper_of_somebody_else():
    received = {one for one in Trigger if one.value.endswith(("received", "served"))}
    assert received == set(RECEIVED_FROM_OTHERS)
