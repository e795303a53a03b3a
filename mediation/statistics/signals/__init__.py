"""What the figures point out: more cases of a cause at a company than its history explains, and possible collective cases.

``chance`` has the distributions, ``control`` the charts of control (u and g), ``cusum`` the sums that grow with a lasting
change, ``funnel`` the comparison of companies of different size, ``family`` how often a company may be named by chance,
``plain`` the triggers that need no history. All of these are pure; ``watching`` reads, writes and tells.
"""
