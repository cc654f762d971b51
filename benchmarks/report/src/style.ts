import { darkRules } from './palette.ts';

/** The page's style sheet: no fonts or files from elsewhere. */
export const STYLE = `
:root{color-scheme:light dark;--page:#f5f6f8;--panel:#fff;--ink:#1f2328;--muted:#59626d;--line:#d9dde2;
--soft:#eef2f7;--link:#0b5cad;--bad:#b3261e;--good:#00704f;--shade:#0003;--warn-bg:#fff4d6;--warn-ink:#5c4300}
@media (prefers-color-scheme:dark){:root{--page:#0d1013;--panel:#14181d;--ink:#e8ecf1;--muted:#a3adb8;
--line:#2f3740;--soft:#1c232c;--link:#7db8f5;--bad:#ff8f85;--good:#4fd1a5;--shade:#000a;--warn-bg:#3a2f10;--warn-ink:#f3dca0}
${darkRules('svg ')}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%}
body{margin:0;background:var(--page);color:var(--ink);
font:16px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif}
main,header,footer{max-width:1240px;margin:0 auto;padding:0 20px}
header{padding-top:32px}
h1{font-size:1.8rem;line-height:1.2;margin:0 0 4px;overflow-wrap:anywhere}
h2{font-size:1.25rem;margin:0 0 12px}
h3{font-size:1.05rem;margin:24px 0 8px;overflow-wrap:anywhere}
h2+h3,h2+div>h3:first-child{margin-top:0}
h4{font-size:1rem;margin:20px 0 6px}
p{margin:0 0 12px}
a{color:var(--link)}
nav ul{display:flex;flex-wrap:wrap;gap:4px 18px;list-style:none;margin:12px 0 0;padding:0;font-size:.95rem}
section{background:var(--panel);border:1px solid var(--line);border-radius:10px;padding:20px 24px;margin:20px 0}
.meta,.fine,figcaption,footer,small,caption{color:var(--muted);font-size:.875rem}
.fine{margin-top:12px}
.findings{margin:0;padding-left:1.2em}
.findings li{margin:6px 0}
.findings li:first-child{font-weight:600}
.missing{color:var(--muted);font-style:italic}
.warning{background:var(--warn-bg);color:var(--warn-ink);border-radius:6px;padding:8px 12px;font-size:.925rem}
figure{margin:0}
figcaption{margin-top:8px;max-width:80ch}
.drawing{display:block;width:100%;height:auto;margin:0 auto}
.drawing.narrow{display:none}
.multiples{display:grid;grid-template-columns:repeat(auto-fill,minmax(250px,1fr));gap:16px}
.scroll{overflow-x:auto;max-width:100%;
background:linear-gradient(90deg,var(--panel) 30%,transparent),linear-gradient(90deg,transparent,var(--panel) 70%) 100% 0,
linear-gradient(90deg,var(--shade),transparent),linear-gradient(270deg,var(--shade),transparent) 100% 0;
background-repeat:no-repeat;background-size:48px 100%,48px 100%,14px 100%,14px 100%;
background-attachment:local,local,scroll,scroll}
.scroll:focus-visible{outline:2px solid var(--link);outline-offset:2px}
table{border-collapse:collapse;font-size:.9rem;font-variant-numeric:tabular-nums;width:100%}
caption{text-align:left;padding-bottom:8px}
th,td{padding:7px 10px;text-align:left;vertical-align:top;border-bottom:1px solid var(--line);font-weight:400}
thead th{font-weight:600;vertical-align:bottom;border-bottom:2px solid var(--line)}
.number{text-align:right;white-space:nowrap}
.name,.nowrap{white-space:nowrap}
.name{font-weight:600}
thead .number{white-space:normal;min-width:4.5em}
thead th small{max-width:9em;margin-left:auto;line-height:1.3}
small{display:block;font-weight:400}
tbody th.name{position:sticky;left:0;background:var(--panel);z-index:1}
thead th.name{position:sticky;left:0;background:var(--panel);z-index:1}
tr.front th,tr.front td,tr.front th.name{background:var(--soft)}
.references th,.references td{color:var(--muted)}
th.divider{padding-top:16px;font-size:.8rem;letter-spacing:.04em;text-transform:uppercase}
th.divider span{position:sticky;left:12px}
.marker{vertical-align:-2px;margin-right:4px}
.none{color:var(--muted)}
.bad{color:var(--bad);font-weight:600}
.failures{padding-left:1.2em;font-size:.925rem;overflow-wrap:anywhere}
.claim{border-top:1px solid var(--line);margin-top:20px;padding-top:4px}
.claim h3{margin-top:12px}.claim h3 small{display:inline;margin-left:4px}
.claim p{max-width:90ch}.claim .warning{max-width:none}
table.effects th[scope=row]{min-width:16em;max-width:44em}
.verdict,.outcome,.agreement{font-weight:600}
.outcome.holds,.agreement.agrees{color:var(--good)}
.outcome.fails,.agreement.worse{color:var(--bad)}
.agreement.better{color:var(--link)}
.outcome.open,.agreement.one-seed,.agreement.not-measured{color:var(--muted);font-weight:400}
table.published{width:auto;min-width:min(100%,28em);margin-bottom:20px}
.compared span,.compared b{display:block}
.compared .published{color:var(--muted)}
.compared .agreement{font-size:.8rem}
.compared.agrees{background:color-mix(in srgb,var(--good) 9%,transparent)}
.compared.better{background:color-mix(in srgb,var(--link) 9%,transparent)}
.compared.worse{background:color-mix(in srgb,var(--bad) 9%,transparent)}
.verdict.reproduced{color:var(--good)}
.verdict.contradicted{color:var(--bad)}
table.images{width:auto}
table.images th,table.images td{border:0;padding:3px;vertical-align:middle}
table.images th{padding-right:14px}
table.images img{display:block;image-rendering:pixelated;border-radius:3px;background:var(--soft)}
dl{margin:0}
dl>div{display:grid;grid-template-columns:13em 1fr;gap:0 16px;padding:6px 0;border-bottom:1px solid var(--line)}
dt{color:var(--muted);grid-column:1}
dd{margin:0;grid-column:2;overflow-wrap:anywhere}
details{margin-top:12px}details+details{margin-top:2px}
summary{cursor:pointer;color:var(--link);padding:4px 0;overflow-wrap:anywhere}
pre,pre.scroll{background:var(--soft);border-radius:6px;padding:12px;font-size:.85rem;margin:0 0 12px}
code{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;font-size:.95em}
footer{padding-bottom:40px}
@media (max-width:600px){main,header,footer{padding-left:12px;padding-right:12px}
section{padding:16px 14px;border-radius:8px;margin:14px 0}
h1{font-size:1.45rem}
.drawing.wide{display:none}.drawing.narrow{display:block}
th,td{padding:7px 9px}
table.images img{width:72px;height:72px}
table.effects th[scope=row]{min-width:10em}
dl>div{grid-template-columns:1fr}dd{grid-column:1}}
@media print{body{background:#fff}section{break-inside:avoid;border:0;padding:0}.scroll{overflow:visible}}
`;
