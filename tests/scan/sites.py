"""Five small sites, written for this test, each with traps of its own; and the table a scan must find on each."""

from __future__ import annotations

from collections.abc import Callable

from tests.observe.pages import Answer, Exchange, Pages

FILLER = (
    "We write these rules so that everybody who uses the service knows what is asked of them and what they can ask of us. "
    "They hold from the first of March and for all parts of the service, and we tell you when they change."
)
JAZA = (
    "Tunaandika kanuni hizi ili kila mtu anayetumia huduma hii ajue anachoulizwa na anachoweza kutuuliza sisi. "
    "Zinatumika kuanzia mwezi wa tatu na kwa sehemu zote za huduma, na tutakuambia ikiwa zitabadilika kwa sababu yoyote ile."
)


def page(title: str, body: str, *, lang: str = "en", head: str = "", footer: str = "") -> str:
    return (
        f'<!doctype html><html lang="{lang}"><head><title>{title}</title>{head}</head>'
        f"<body><main><h1>{title}</h1>{body}</main><footer>{footer}</footer></body></html>"
    )


def policy(title: str, about: str, *, lang: str = "en", footer: str = "") -> str:
    filler = FILLER if lang == "en" else JAZA
    return page(title, f"<p>{about} {filler}</p><p>{filler}</p>", lang=lang, footer=footer)


def served(pages: dict[str, str | Answer], missing: Callable[[str], Answer]) -> Pages:
    """A site as a function from path to answer."""

    def answer(seen: Exchange) -> Answer:
        found = pages.get(seen.path)
        if found is None:
            return missing(seen.path)
        return found if isinstance(found, tuple) else (200, {}, found)

    return answer


def _gone(path: str) -> Answer:
    return 404, {}, page("Page not found", f"<p>There is nothing at {path}.</p>")


def swahili() -> Pages:
    """Links in Swahili in the footer; a soft 404 on every address; a link to a page that does not exist."""
    foot = (
        '<a href="/masharti">Vigezo na masharti</a> <a href="/faragha">Sera ya faragha</a> '
        '<a href="/usalama">Kituo cha usalama</a> <a href="/kanuni">Kanuni za jamii</a> <a href="/wasiliana">Wasiliana nasi</a>'
    )
    home = page("Jukwaa", f"<p>{JAZA}</p><a href='/jisajili'>Jisajili</a>", lang="sw", footer=foot)
    joining = page(
        "Jisajili",
        '<form method="post" action="/jisajili"><label>Jina <input name="jina"></label><label>Barua pepe <input type="email" name="barua"></label>'
        '<label>Neno la siri <input type="password" name="siri"></label><label>Tarehe ya kuzaliwa <input type="date" name="kuzaliwa" value="1990-04-02"></label>'
        "<button>Jisajili</button></form>",
        lang="sw",
        footer=foot,
    )
    safety = policy(
        "Kituo cha usalama",
        "Piga simu ya msaada wa watoto 116 bila malipo.",
        lang="sw",
        footer=foot,
    )
    pages = {
        "/": home,
        "/jisajili": joining,
        "/masharti": policy(
            "Vigezo na masharti", "Masharti haya ni ya kila mtu.", lang="sw", footer=foot
        ),
        "/faragha": policy("Sera ya faragha", "Data yako ni yako.", lang="sw", footer=foot),
        "/usalama": safety,
        "/wasiliana": policy("Wasiliana nasi", "Tuandikie.", lang="sw", footer=foot),
    }
    unknown = page(
        "Jukwaa",
        "<p>Samahani, rudi nyumbani na ujaribu tena baadaye kidogo tu.</p>",
        lang="sw",
        footer=foot,
    )
    return served(pages, lambda path: (200, {}, unknown))


def folded() -> Pages:
    """Policies behind accordions: links inside folded parts, and a text a script shows only when asked."""
    script = (
        "<script>document.querySelectorAll('button[aria-controls]').forEach(b => b.onclick = () => {"
        "b.setAttribute('aria-expanded', 'true'); const p = document.getElementById(b.getAttribute('aria-controls'));"
        f"p.textContent = {FILLER!r} + ' No private pictures of other people.'; }});</script>"
    )
    home = page(
        "Folds",
        f'<p>{FILLER}</p><details><summary>Legal</summary><a href="/legal/terms">Terms of use</a> <a href="/legal/rules">Community rules</a></details>'
        '<details><summary>More</summary><a href="/privacy.pdf">Privacy policy</a> <a href="https://help.elsewhere.test/">Help centre</a></details>'
        '<form action="/news" method="post"><input type="email" name="email"><button>Sign up to our newsletter</button></form>',
    )
    rules = page(
        "Community rules",
        f'<button aria-expanded="false" aria-controls="text">What is not allowed</button><div id="text"></div>{script}',
    )
    return served(
        {
            "/": home,
            "/legal/terms": policy("Terms of use", "These terms are between you and us."),
            "/legal/rules": rules,
            "/privacy.pdf": (200, {"Content-Type": "application/pdf"}, "%PDF-1.4 not a real one"),
        },
        _gone,
    )


def watched(other: str) -> Pages:
    """A sign-up form with a birth date, other hosts called, cookies set at once, calls home, and a wrong helpline."""
    calls = (
        f'<img src="{other}/pixel.gif"><script src="{other}/tracker.js"></script><iframe src="{other}/frame"></iframe>'
        "<script>document.cookie='seen=1';navigator.sendBeacon('/beacon','x');fetch('/collect',{method:'POST',body:'x'}).catch(()=>{});"
        f"fetch('{other}/collect',{{method:'POST',mode:'no-cors',body:'x'}}).catch(()=>{{}});try{{new WebSocket('ws://'+location.host+'/live')}}catch(e){{}};"
        "const w=new Worker(URL.createObjectURL(new Blob([`fetch('${location.origin}/worker',{method:'POST',body:'x'})`])));"
        "addEventListener('pagehide',()=>navigator.sendBeacon('/bye','x'));"
        "setTimeout(()=>document.getElementById('auto').submit(),50);</script>"
        '<form id="auto" method="post" action="/auto"><input name="q" type="hidden"></form>'
    )
    form = (
        '<form method="post" action="/register"><input name="username" aria-label="Username"><input name="email" type="email" aria-label="E-mail">'
        '<input name="password" type="password" aria-label="Password" autocomplete="new-password"><label>Date of birth <input type="date" name="birth_date"></label>'
        "<button>Create account</button></form>"
    )
    foot = '<a href="/terms">Terms</a> <a href="/safety">Safety centre</a> <a href="/report">Report abuse</a> <a href="/transparency">Transparency report</a> <a href="/blog">Our terms of trade in music</a>'
    report = (
        '<form method="post" action="/report"><label>What happened <select name="why"><option>Impersonation</option><option>A threat</option>'
        "<option>Spam</option></select></label><textarea name=more></textarea><button>Send report</button></form>"
    )
    figures = policy(
        "Transparency report",
        '<a href="/figures/2026.csv">Figures</a> <a href="https://transparency.dsa.ec.europa.eu/statement">Statements of reasons</a>',
        footer=foot,
    )
    return served(
        {
            "/": page(
                "Watched",
                f'<p>{FILLER}</p><a href="/register">Join now</a> <a href="/login">Log in</a>',
                footer=foot,
            ),
            "/register": (
                200,
                {"Set-Cookie": "id=7; Path=/"},
                page("Create your account", form + calls, footer=foot),
            ),
            "/login": page(
                "Log in",
                '<form method="post"><input name="username"><input type="password" name="p"><button>Log in</button></form>',
            ),
            "/terms": policy("Terms", "These terms are between you and us.", footer=foot),
            "/safety": policy(
                "Safety centre",
                'Child helpline: <a href="tel:661">661</a>, or the police emergency number 999.',
                footer=foot,
            ),
            "/report": page("Report abuse", report, footer=foot),
            "/transparency": figures,
            "/blog": policy("Music and its terms of trade", "About records."),
            "/.well-known/security.txt": (
                200,
                {"Content-Type": "text/plain"},
                "Contact: mailto:security@watched.test\nExpires: 2020-01-01T00:00:00Z\n",
            ),
        },
        _gone,
    )


def private() -> Pages:
    """robots.txt keeps programs from some pages; others stand behind a sign-in page; an open sign-up has no age."""
    login = page(
        "Sign in",
        '<form method="post"><input name="username"><input type="password" name="p"><button>Sign in</button></form>',
    )
    home = page(
        "Private",
        f'<p>{FILLER}</p><a href="/legal/terms">Terms of service</a> <a href="/legal/open/privacy">Privacy policy</a> <a href="/report">Report content</a>'
        '<a href="/rules">Community guidelines</a><form action="/users" method="post"><input name="user"><input type="email" name="mail"><input type="password" name="a"><input type="password" name="b"><button>Register</button></form>',
    )
    return served(
        {
            "/": home,
            "/robots.txt": (
                200,
                {"Content-Type": "text/plain"},
                "User-agent: *\nAllow: /\nDisallow: /legal/\nAllow: /legal/open/\nDisallow: /*/secret$\n",
            ),
            "/legal/terms": policy("Terms of service", "Not for programs."),
            "/legal/open/privacy": policy(
                "Privacy policy", "What we keep of you, and for how long."
            ),
            "/report": (302, {"Location": "/login?next=/report"}, ""),
            "/login?next=/report": login,
            "/login": login,
            "/rules": (503, {}, "busy"),
        },
        _gone,
    )


def application() -> Pages:
    """A single-page application: one shell for every address, the pages made by its script."""
    shell = (
        "<!doctype html><html lang=en><head><title>App</title></head><body><div id=app></div><script>"
        f"const filler = {FILLER!r};"
        "const pages = {"
        '\'/\': [\'Welcome\', filler + \'<p><a href="/signup">Sign up</a> <a href="/terms">Terms of service</a> <a href="/privacy">Privacy policy</a> <a href="/safety">Safety</a></p>\'],'
        "'/terms': ['Terms of service', 'These terms are between you and us. ' + filler],"
        "'/privacy': ['Privacy policy', 'What we keep of you, and for how long. ' + filler],"
        "'/signup': ['Sign up', '<form><input name=email type=email><input name=pw type=password><label><input type=checkbox name=ok> I am 16 years or older</label><button>Sign up</button></form>'],"
        "};"
        "setTimeout(() => { const p = pages[location.pathname] || ['Nothing here', 'Try the front page.'];"
        "document.title = p[0]; document.getElementById('app').innerHTML = '<h1>' + p[0] + '</h1><main>' + p[1] + '</main>'; }, 60);"
        "</script></body></html>"
    )
    return lambda seen: (200, {}, shell)
