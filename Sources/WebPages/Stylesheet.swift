/// The one style sheet of every page, served at an address that changes with its text, so that browsers may keep it
/// for ever.
package enum Stylesheet {
    package static let mediaType = "text/css; charset=utf-8"

    /// `/assets/<hash of the text>.css`
    package static let path = "/assets/\(fileName)"
    package static let fileName = "\(String(fingerprint(of: text), radix: 16)).css"

    package static let text = """
        :root {
          color-scheme: light dark;
          --ground: #f6f7f9; --surface: #fff; --line: #dfe3ea; --ink: #16202e; --soft: #5a6779;
          --accent: #2454d6; --accent-ink: #fff; --tint: #e9effd; --good: #18794e; --good-tint: #e2f5ec;
          --warn: #9a6700; --warn-tint: #fdf3d8; --bad: #b42318; --bad-tint: #fdeceb;
          --radius: 12px; --shadow: 0 1px 2px rgb(16 24 40 / 6%), 0 8px 24px rgb(16 24 40 / 6%);
        }
        @media (prefers-color-scheme: dark) {
          :root {
            --ground: #0e141c; --surface: #161e29; --line: #2a3543; --ink: #e7ecf3; --soft: #9aa8ba;
            --accent: #7ea2ff; --accent-ink: #0b1220; --tint: #1d2a47; --good: #5fd3a0; --good-tint: #12302a;
            --warn: #f0c05a; --warn-tint: #33290f; --bad: #ff8a80; --bad-tint: #3a1a1a; --shadow: none;
          }
        }
        *, *::before, *::after { box-sizing: border-box; }
        html { -webkit-text-size-adjust: 100%; }
        body {
          margin: 0; min-height: 100vh; display: flex; flex-direction: column; background: var(--ground);
          color: var(--ink); font: 16px/1.55 system-ui, "Segoe UI", Roboto, "Helvetica Neue", sans-serif;
        }
        h1, h2, p, ul, dl, dd { margin: 0; }
        h1 { font-size: clamp(1.5rem, 1.2rem + 1.4vw, 2.1rem); line-height: 1.2; letter-spacing: -.02em; }
        h2 { font-size: 1.1rem; line-height: 1.3; }
        a { color: var(--accent); }
        :focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; border-radius: 4px; }
        .bar { background: var(--surface); border-bottom: 1px solid var(--line); }
        .bar > div, main, footer > div { width: min(100% - 2rem, 62rem); margin-inline: auto; }
        .bar > div { min-height: 4rem; display: flex; align-items: center; gap: .75rem 1rem; flex-wrap: wrap;
          padding-block: .6rem; }
        .mark { width: 2.1rem; height: 2.1rem; border-radius: 9px; background: var(--accent); color: var(--accent-ink);
          display: grid; place-items: center; font-weight: 700; flex: none; }
        .brand { font-weight: 650; color: inherit; text-decoration: none; overflow-wrap: anywhere; }
        .bar .end { margin-left: auto; display: flex; align-items: center; gap: .75rem; }
        .pill { font-size: .8rem; padding: .15rem .6rem; border-radius: 99px; background: var(--tint);
          color: var(--accent); white-space: nowrap; }
        .pill.completed { background: var(--good-tint); color: var(--good); }
        .pill.not-started { background: var(--ground); color: var(--soft); box-shadow: inset 0 0 0 1px var(--line); }
        main { flex: 1; padding-block: 2rem 3rem; display: grid; gap: 1.5rem; align-content: start; }
        main.narrow { width: min(100% - 2rem, 26rem); padding-block: clamp(2rem, 10vh, 6rem); }
        .split { display: grid; gap: 1.5rem; align-items: start; }
        @media (min-width: 52rem) { .split { grid-template-columns: minmax(0, 1fr) 21rem; } }
        .lead { color: var(--soft); font-size: 1.05rem; max-width: 40rem; }
        .soft { color: var(--soft); font-size: .9rem; }
        .stack { display: grid; gap: .75rem; }
        .card { background: var(--surface); border: 1px solid var(--line); border-radius: var(--radius);
          box-shadow: var(--shadow); padding: 1.25rem; display: grid; gap: 1rem; }
        .heading { display: flex; align-items: baseline; justify-content: space-between; gap: 1rem; flex-wrap: wrap; }
        form { display: grid; gap: .9rem; }
        label { display: grid; gap: .3rem; font-size: .9rem; font-weight: 550; }
        label small { font-weight: 400; color: var(--soft); }
        input, select, textarea { font: inherit; width: 100%; min-height: 2.75rem; padding: .55rem .75rem;
          color: inherit; background: var(--ground); border: 1px solid var(--line); border-radius: 8px; }
        textarea { min-height: 5rem; resize: vertical; }
        [aria-invalid="true"] { border-color: var(--bad); }
        .wrong { color: var(--bad); font-weight: 400; font-size: .85rem; }
        button { font: inherit; font-weight: 600; min-height: 2.75rem; padding: .5rem 1.1rem; border: 0; cursor: pointer;
          border-radius: 8px; background: var(--accent); color: var(--accent-ink); }
        button:hover { filter: brightness(1.07); }
        button.quiet { background: transparent; color: var(--ink); box-shadow: inset 0 0 0 1px var(--line); }
        .note { border-radius: 8px; padding: .7rem .9rem; background: var(--bad-tint); color: var(--bad); }
        .note.good { background: var(--good-tint); color: var(--good); }
        .list { list-style: none; padding: 0; display: grid; gap: .75rem; }
        .item { background: var(--surface); border: 1px solid var(--line); border-radius: var(--radius);
          padding: 1rem 1.25rem; display: grid; gap: .5rem; }
        .item h2 { overflow-wrap: anywhere; }
        .item p { overflow-wrap: anywhere; }
        progress { appearance: none; width: 100%; height: .45rem; border: 0; border-radius: 99px; overflow: hidden;
          background: var(--line); }
        progress::-webkit-progress-bar { background: var(--line); }
        progress::-webkit-progress-value { background: var(--accent); }
        progress::-moz-progress-bar { background: var(--accent); }
        .empty { border: 1px dashed var(--line); border-radius: var(--radius); padding: 2.5rem 1.25rem; text-align: center;
          color: var(--soft); }
        .facts { display: grid; grid-template-columns: auto 1fr; gap: .35rem 1rem; font-size: .9rem; }
        .facts dt { color: var(--soft); }
        .facts dd { text-align: right; }
        .pager { display: flex; justify-content: space-between; gap: 1rem; }
        footer { border-top: 1px solid var(--line); color: var(--soft); font-size: .85rem; }
        footer > div { padding-block: 1rem; }
        code { font-family: ui-monospace, "SF Mono", Menlo, Consolas, monospace; font-size: .9em; }
        """

    // MARK: - Private

    /// FNV-1a (64 bits): it only has to differ when the text does.
    private static func fingerprint(of text: String) -> UInt64 {
        text.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01B3 }
    }
}
