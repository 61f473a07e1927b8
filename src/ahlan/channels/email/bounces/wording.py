"""Why mail comes back: a fixed vocabulary, and the words other servers use for each. Data, no rules."""

import re

REASONS = {
    "userunknown": "nobody has that address",
    "hostunknown": "the domain does not exist or takes no mail",
    "hasmoved": "the address has been given up for another",
    "notaccept": "the domain says it takes no mail at all",
    "mailboxfull": "the mailbox is full",
    "mesgtoobig": "the mail is too large",
    "exceedlimit": "the mail is over a limit of that mailbox",
    "suspend": "the mailbox is switched off",
    "onhold": "refused without a telling reason",
    "filtered": "the mailbox refuses this sender or this mail",
    "rejected": "our sender address is refused",
    "blocked": "our server is refused",
    "badreputation": "our server has a bad name",
    "requireptr": "our server has no proper reverse name",
    "speeding": "we send too fast",
    "toomanyconn": "we open too many connections",
    "authfailure": "SPF, DKIM or DMARC did not pass",
    "policyviolation": "against a rule of that server",
    "securityerror": "refused for security",
    "spamdetected": "taken for spam",
    "virusdetected": "taken for a virus",
    "contenterror": "something in the content is not taken",
    "notcompliantrfc": "the mail is not well formed",
    "norelaying": "that server does not pass mail on",
    "syntaxerror": "a command was not understood",
    "networkerror": "the server could not be reached",
    "expired": "tried for too long",
    "systemerror": "that server is broken",
    "systemfull": "that server's disk is full",
    "mailererror": "a program behind the address failed",
    "feedback": "the reader called it spam",
    "vacation": "an automatic answer",
    "delivered": "delivered after all",
    "undefined": "no reason given",
}

# After these the address itself is dead: it is marked and not written to again.
PERMANENT = {"userunknown", "hostunknown", "hasmoved", "notaccept"}

# The first line whose words occur decides. Written from what servers answer, one reason a line.
_SAID = (
    ("hasmoved", r"has been replaced by|has moved|no longer .{0,20}please (?:use|send)|address (?:has )?changed"),
    ("virusdetected", r"\bvirus|malware|trojan|infected"),
    (
        "authfailure",
        r"\bdmarc\b|\bdkim\b|spf (?:check|validation|record|fail)|\bspf\b.{0,40}(?:fail|not pass|hard|reject)"
        r"|(?:did not|doesn't|not) pass authentication|unauthenticated (?:email|mail)|authentication checks"
        r"|sender policy framework|not authenticated|5\.7\.2[036789]",
    ),
    (
        "requireptr",
        r"\bptr\b|reverse (?:dns|lookup|name|hostname|resolution)|(?:can't|cannot|could not|unable to) find your hostname"
        r"|cannot (?:resolve|find) your (?:address|hostname)|client host rejected: cannot find|no reverse|rdns"
        r"|ip name lookup failed|forward confirmed|5\.7\.25",
    ),
    (
        "norelaying",
        r"relay(?:ing)? (?:access )?(?:is )?(?:denied|not (?:permitted|allowed)|prohibited)|not permitted to relay|unable to relay"
        r"|relay(?:ing)? (?:mail )?(?:not|is not)|we do not relay|no relaying|relay access|cannot relay|may not relay",
    ),
    (
        "speeding",
        r"rate limit|too (?:fast|quickly|frequently)|sending rate|throttl|too many (?:messages|mails|emails) (?:in|per|from|sent)"
        r"|receiving mail at a rate|4\.7\.28",
    ),
    (
        "toomanyconn",
        r"too many (?:concurrent |simultaneous )?(?:smtp )?(?:connections|sessions)|connection limit|maximum (?:number of )?connections"
        r"|connection rate|too many (?:recipients|invalid|unknown)|max(?:imum)? connections|concurrent connections",
    ),
    (
        "badreputation",
        r"reputation|unsolicited mail originating from your ip|\bbad sender\b|5\.7\.1.{0,20}likely suspicious"
        r"|temporarily deferred due to user complaints|user complaints|\bts(?:s)?0\d\b",
    ),
    (
        "mailboxfull",
        r"(?:mail ?box|inbox|account|user|mail folder).{0,40}(?:is |was )?(?:full|over ?(?:quota|limit)|exceed)|over ?quota|quota (?:is )?(?:exceeded|full)"
        r"|(?:exceed|over|out of|not enough|insufficient).{0,30}(?:quota|disk (?:space|usage)|storage|mailbox size|mailbox space)"
        r"|mailbox has exceeded|size of the mailbox|disk quota|box.{0,4} full|メールボックスが一杯|maildir.{0,20}full"
        r"|out of storage|storage (?:space|limit|allocation)|mailbox.{0,20}(?:size limit|too large)|ﾒｰﾙﾎﾞｯｸｽ",
    ),
    (
        "systemfull",
        r"(?:mail )?system (?:is )?full|no space left on device|insufficient (?:disk|system storage)|requested mail action aborted: exceeded storage",
    ),
    (
        "mesgtoobig",
        r"message (?:size|is too (?:big|large)|too (?:big|large|long))|too (?:big|large) (?:message|for)|size (?:limit|exceeds)"
        r"|exceeds? (?:the )?(?:maximum|fixed|size).{0,30}(?:size|limit)|mail (?:is )?too (?:big|large)|larger than",
    ),
    ("exceedlimit", r"message (?:length )?(?:exceeds|larger).{0,20}(?:administrative|limit)|exceeds? .{0,20}limit"),
)
SAID = tuple((reason, re.compile(pattern, re.IGNORECASE)) for reason, pattern in _SAID)
