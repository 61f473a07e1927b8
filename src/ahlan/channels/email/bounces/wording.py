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
    ("filtered", r"recipient preferences"),
    (
        "rejected",
        r"domain of sender|sender (?:address|domain)|purported responsible|googlegroups|send mail as"
        r"|groups\.google",
    ),
    (
        "hasmoved",
        r"has been replaced by|has moved|no longer .{0,20}please (?:use|send)|address (?:has )?changed",
    ),
    ("virusdetected", r"\bvirus|malware|trojan|infected"),
    (
        "authfailure",
        r"\bdmarc\b|\bdkim\b|spf (?:check|validation|record|fail)|\bspf\b.{0,40}(?:fail|not pass|hard|reject)"
        r"|(?:did not|doesn't|not) pass authentication|unauthenticated (?:email|mail)|authentication checks"
        r"|sender policy framework|not authenticated|5\.7\.2[036789]",
    ),
    (
        "requireptr",
        r"\bptr\b|reverse (?:dns|lookup|name|hostname|resolution)|(?:can't|cannot|could not"
        r"|unable to) find your hostname"
        r"|cannot (?:resolve|find) your (?:address|hostname)|client host rejected: cannot find"
        r"|no reverse|rdns"
        r"|ip name lookup failed|forward confirmed|5\.7\.25",
    ),
    (
        "norelaying",
        r"relay(?:ing)? (?:access )?(?:is )?(?:denied|not (?:permitted|allowed)|prohibited)"
        r"|not permitted to relay|unable to relay"
        r"|relay(?:ing)? (?:mail )?(?:not|is not)|we do not relay|no relaying|relay access"
        r"|cannot relay|may not relay",
    ),
    (
        "badreputation",
        r"reputation|unsolicited mail originating from your ip|\bbad sender\b|5\.7\.1.{0,20}likely suspicious"
        r"|temporarily deferred due to user complaints|user complaints|\bts(?:s)?0\d\b",
    ),
    (
        "toomanyconn",
        r"too many (?:concurrent |simultaneous )?(?:smtp )?(?:connections|sessions)|connection limit"
        r"|maximum (?:number of )?connections"
        r"|connection rate|ip frequency limited|max(?:imum)? connections|concurrent connections",
    ),
    (
        "speeding",
        r"rate limit|too many (?:recipients|invalid|unknown)|too (?:fast|quickly|frequently)"
        r"|sending rate|throttl|too many (?:messages|mails|emails) (?:in|per|from|sent)"
        r"|receiving mail at a rate|4\.7\.28",
    ),
    (
        "mailboxfull",
        r"(?:mail ?box|inbox|account|user|mail folder).{0,40}(?:is |was )?(?:full|over ?(?:quota"
        r"|limit)|exceed)|over ?quota|quota (?:is )?(?:exceeded|full)"
        r"|(?:exceed|over|out of|not enough|insufficient).{0,30}(?:quota|disk usage|storage"
        r"|mailbox size|mailbox space)"
        r"|mailbox has exceeded|size of the mailbox|disk quota|box.{0,4} full|メールボックスが一杯"
        r"|maildir.{0,20}full"
        r"|out of storage|storage (?:space|limit|allocation)|mailbox.{0,20}(?:size limit|too large)|ﾒｰﾙﾎﾞｯｸｽ",
    ),
    (
        "systemfull",
        r"(?:mail )?system (?:is )?full|no space left on device|insufficient (?:disk|system storage)"
        r"|requested mail action aborted: exceeded storage",
    ),
    (
        "mesgtoobig",
        r"message (?:is too (?:big|large)|too (?:big|large|long))|too (?:big|large) (?:message|for)"
        r"|size limit"
        r"|exceeds? (?:the )?(?:maximum|fixed|size).{0,30}(?:size|limit)|mail (?:is )?too (?:big"
        r"|large)|larger than",
    ),
    (
        "exceedlimit",
        r"message (?:length |size )?(?:exceeds|larger).{0,20}(?:administrative|limit)|exceeds? .{0,20}limit",
    ),
    (
        "spamdetected",
        r"\bspam\b|\bspammy|looks like spam|considered (?:as )?(?:spam|unsolicited|bulk)"
        r"|unsolicited (?:bulk|commercial|mail)|\bube\b|\bjunk mail"
        r"|identified as .{0,12}spam|blocked by our content filter|message contains? .{0,20}spam"
        r"|content (?:rejected|filter)",
    ),
    (
        "blocked",
        r"access denied|\bblocked by\b|black ?list|block ?list|\brbl\b|\bdnsbl\b|spamhaus|spamcop"
        r"|barracudacentral|client host .{0,80}(?:blocked|rejected)|access denied.{0,20}(?:ip|host)"
        r"|your (?:ip|host|server|network).{0,40}(?:block|reject|ban|denied|refus)|(?:ip|host"
        r"|connection) .{0,60}(?:blocked|refused by|banned|denied)"
        r"|connections? (?:not accepted|dropped|rejected)|no (?:more )?connections? from|bad helo"
        r"|helo .{0,30}(?:reject|invalid)|access from (?:ip|your)",
    ),
    (
        "hostunknown",
        r"host (?:or domain )?(?:name )?(?:unknown|not found)|unknown host|(?:name|domain"
        r"|host) (?:service|lookup).{0,20}(?:fail|error|not found)|no such (?:domain|host)"
        r"|domain is not reachable|domain (?:name )?(?:is |was )?(?:not found|does not exist|unknown"
        r"|not exist)|nxdomain|unrouteable (?:mail )?(?:address|domain)|non-?existent domain"
        r"|couldn't find any host|cannot find .{0,20}(?:host|domain)|no mail servers? for"
        r"|bad destination (?:host|system)|dns error|invalid domain",
    ),
    (
        "notaccept",
        r"does not accept (?:mail|any)|null ?mx|no mx\b|couldn't find a mail exchanger"
        r"|not accept(?:ing)? (?:any )?(?:mail|email|messages)|host .{0,30}doesn't accept"
        r"|doesn't accept mail|doesn't receive (?:e-?)?mail|no smtp service",
    ),
    (
        "suspend",
        r"(?:account|mailbox|user|recipient|domain|email).{0,60}(?:disabled|suspend(?!ed for)"
        r"|inactive|deactivat|not active|blocked|locked|frozen|expired|terminated)"
        r"|(?:disabled|suspended|inactive|deactivated) (?:account|mailbox|user|recipient)"
        r"|account is unavailable|mailbox (?:currently |temporarily )?(?:disabled|locked)",
    ),
    (
        "userunknown",
        r"user\S* (?:is )?(?:unknown|not found|doesn't exist|does not exist|invalid|not known"
        r"|no longer)|unknown (?:user|recipient|address|account|local|mailbox|or illegal)"
        r"|no such (?:user|person|recipient|mailbox|address|account|local|e-?mail|virtual)"
        r"|(?:recipient|address|mailbox|account|email).{0,50}(?:not exist|unknown|not found"
        r"|doesn't exist|invalid|no longer (?:valid|available|exist|in use)|is not valid|not valid"
        r"|not listed)"
        r"|invalid (?:recipient|mailbox|user|address)|bad (?:address|destination|recipient)"
        r"|not (?:a )?(?:known|valid) (?:user|recipient|mailbox|address)|does(?: not|n't) (?:exist"
        r"|have (?:an?|yahoo))|not listed in"
        r"|don't have (?:an )?(?:account|user)|no (?:account|mailbox|user|recipient"
        r"|valid recipients?)(?: by| with| here| of| named| found|,|\b.{0,12}here)|unknown to"
        r"|not our customer|undeliverable address|addressee unknown|isn't (?:a )?(?:valid|known)"
        r"|name is not recognized|mailbox (?:not (?:found|available)|unavailable)|userid"
        r"|user not exist|valid recipients|not a (?:valid )?user|user\s.{0,40}unknown"
        r"|reject.{0,12}recipient.{0,20}(?:unknown|table)|宛先不明|あて先|not in (?:our|the) (?:directory"
        r"|address)|no longer (?:employed|works)",
    ),
    (
        "rejected",
        r"googlegroups|groups?/answer|send mail as|purported responsible|sender (?:address |domain "
        r"|email )?.{0,60}(?:reject|denied|invalid|refus|not (?:exist|found|valid|allowed|accepted"
        r"|permitted)|verif|unknown|blocked|must|does not|no a or mx|bad)"
        r"|mail from .{0,80}(?:reject|refus|denied|not allowed|invalid|does not)|from address"
        r"|invalid (?:sender|domain in|return)|(?:empty|null) (?:envelope )?(?:sender|senders)"
        r"|unrouteable sender|domain of sender|sender verify"
        r"|not (?:accept|allow).{0,20}(?:null|empty|<>)|due to extended inactivity"
        r"|you are not allowed to send|backscatter|envelope (?:sender|from)",
    ),
    (
        "expired",
        r"timed? ?out|envelope expired|(?:message|mail|delivery time|retry (?:time"
        r"|timeout)).{0,40}(?:expired|exceeded)|giving up|could not be delivered for"
        r"|not been delivered"
        r"|retry time|given up|delivery .{0,20}expired|did not accept our requests to connect"
        r"|will (?:keep|continue) (?:trying|to be retried)|for the last \d+",
    ),
    (
        "networkerror",
        r"(?:connection|connect|conversation|session).{0,40}(?:timed? ?out|refused|reset|lost|dropped"
        r"|closed|fail)|network (?:is )?(?:unreachable|error)|no route to host|could not (?:connect"
        r"|contact|reach)|unable to connect"
        r"|host.{0,20}(?:unreachable|down|not (?:respond|reachable))|mail ?loop|too many hops"
        r"|loops back|message loop|routing loop|hop count|dns (?:timeout|server)|name server"
        r"|malformed name|lost connection|connect to",
    ),
    (
        "securityerror",
        r"security|smtp auth|unauthenticated|executable|attachment|\btls\b|ssl|encryption|certificate"
        r"|authenticat(?:e|ion) (?:required|fail)|authentication (?:turned|not)|you must authenticate"
        r"|dangerous|phish|account.{0,12}compromis",
    ),
    (
        "policyviolation",
        r"policy|policies|prohibited|administrative prohibition|not permitted|not allowed|violat"
        r"|forbidden|legal|restrict|protocol error|disallowed",
    ),
    (
        "notcompliantrfc",
        r"rfc ?(?:2822|5322|5321)|multiple .{0,20}addresses in from|not (?:rfc|compl)"
        r"|duplicate header|multiple .{0,20}headers|missing .{0,20}header|8.?bit|non-ascii|bare lf",
    ),
    ("contenterror", r"content|mime|conversion|improper|message (?:header|body)|malformed"),
    (
        "syntaxerror",
        r"syntax|command (?:not|unrecogni|unknown|sequence)|bad sequence|unrecognized command|unexpected",
    ),
    (
        "mailererror",
        r"procmail|(?:command|program|pipe|procmail|script|process|mailer|filter"
        r"|vacation).{0,40}(?:fail|exit|died|error|returned|status|signal)|exit(?:ed)? (?:status"
        r"|code)|x-unix|\bpipe\b",
    ),
    (
        "filtered",
        r"filter|because the recipient is (?:only )?accept|recipient (?:has )?(?:reject|refus"
        r"|does not accept|is not accepting|only accept)|not authorized to send|not (?:in"
        r"|on) .{0,20}(?:allowed|permitted|white)|refused by (?:the )?recipient"
        r"|rejected by (?:the )?recipient|permission to|this mailbox .{0,30}not accept|user refused"
        r"|domain filter|rejected by a remote",
    ),
    ("systemfull", r"disk space"),
    (
        "systemerror",
        r"system|server (?:error|unavailable|busy|config)|internal|temporar|local error|configuration"
        r"|service (?:not|un)|loop|resources|aliasing|database|lookup",
    ),
    ("onhold", r"\bhold\b"),
)
SAID = tuple((reason, re.compile(pattern, re.IGNORECASE | re.DOTALL)) for reason, pattern in _SAID)

# What the enhanced status says (RFC 3463 and IANA's list), where no words did.
BY_STATUS = {
    "0": "undefined", "1.1": "userunknown", "1.2": "hostunknown", "1.3": "userunknown",
    "1.0": "userunknown", "1.4": "userunknown", "1.6": "hasmoved", "1.7": "rejected", "1.8": "rejected",
    "1.9": "rejected", "1.10": "notaccept", "2.0": "filtered", "2.1": "suspend", "2.2": "mailboxfull",
    "2.3": "mesgtoobig", "2.4": "filtered", "3.0": "systemerror", "3.1": "systemfull", "3.2": "notaccept",
    "3.3": "systemerror", "3.4": "mesgtoobig", "3.5": "systemerror", "4.0": "networkerror",
    "4.1": "expired", "4.2": "networkerror", "4.3": "systemerror", "4.4": "networkerror",
    "4.5": "systemerror", "4.6": "networkerror", "4.7": "expired", "5.0": "mailererror",
    "5.1": "syntaxerror", "5.2": "syntaxerror", "5.3": "toomanyconn", "5.4": "syntaxerror",
    "6.0": "contenterror", "7.0": "securityerror", "7.1": "filtered", "7.2": "filtered",
    "7.8": "securityerror", "7.9": "authfailure", "7.13": "suspend", "7.20": "authfailure",
    "7.23": "authfailure", "7.25": "requireptr", "7.26": "authfailure", "7.27": "notaccept",
}  # fmt: skip
