import Crypto
import HubModel

/// The one style sheet of the router's pages, inside each page and allowed by its hash.
enum PageStyle {
    static let css = """
        :root{color-scheme:light dark;--ink:#1c2430;--soft:#5a6675;--paper:#f6f7f9;--card:#fff;--line:#e2e6eb}
        @media (prefers-color-scheme:dark){:root{--ink:#e8ecf1;--soft:#9aa7b5;--paper:#12161b;--card:#1a2027;--line:#2b333d}}
        *{box-sizing:border-box}
        body{margin:0;min-height:100vh;display:grid;place-items:center;padding:1.25rem;background:var(--paper);color:var(--ink);\
        font:1rem/1.6 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
        main{width:100%;max-width:32rem;padding:2rem 1.75rem;background:var(--card);border:1px solid var(--line);border-radius:.75rem}
        .status{margin:0;color:var(--soft);font-size:.875rem;font-variant-numeric:tabular-nums}
        h1{margin:.25rem 0 .75rem;font-size:1.375rem;line-height:1.3}
        p{margin:0;overflow-wrap:anywhere}
        """

    /// Nothing is loaded, nothing runs, nobody frames the page (CSP level 3).
    static let contentSecurityPolicy =
        "default-src 'none'; style-src 'sha256-\(Base64URL.encode(SHA256.hash(data: Array(css.utf8))))='; "
        + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
}
