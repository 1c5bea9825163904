import type { AnyPanel, CheckedDashboard } from '../check/schema.ts'
import { escapeHtml } from './format.ts'

const STYLE = `
:root{--bg:#f4f5f7;--card:#fff;--ink:#1d2330;--soft:#687083;--edge:#dfe3ea;--green:#1a7f4b;--orange:#b45309;--red:#c2261f;
--s0:#2f6fde;--s1:#d9822b;--s2:#2c9a6b;--s3:#8a5cd6;--s4:#c8477f;--s5:#4c7f92}
.dark{--bg:#11151c;--card:#1a202a;--ink:#e6e9ef;--soft:#98a2b3;--edge:#2b3340;--green:#1f7a4d;--orange:#a8580f;--red:#b3302a;
--s0:#6ea0ff;--s1:#f0a354;--s2:#56c596;--s3:#b595f0;--s4:#ea7fae;--s5:#83b5c7}
*{box-sizing:border-box}body{margin:0;padding:22px 26px 30px;background:var(--bg);color:var(--ink);font:14px/1.4 system-ui,"DejaVu Sans",sans-serif}
h1{font-size:22px;margin:0}header p{color:var(--soft);margin:2px 0 14px}
.grid24{display:grid;grid-template-columns:repeat(24,1fr);grid-auto-rows:34px;gap:8px}
.heading{align-self:end;font-weight:600;font-size:15px;padding-left:2px}
.panel{background:var(--card);border:1px solid var(--edge);border-radius:8px;padding:10px 12px;display:flex;flex-direction:column;min-width:0;min-height:0;overflow:hidden}
.panel h2{font-size:13px;font-weight:600;margin:0 0 6px}.panel h2 a{color:inherit;text-decoration:none}.body{flex:1;min-height:0;display:flex;flex-direction:column;overflow:hidden}
.big{flex:1;display:flex;align-items:center;justify-content:center;font-size:34px;font-weight:650;font-variant-numeric:tabular-nums;white-space:nowrap}
.green{background:var(--green);color:#fff;border-color:transparent}.orange{background:var(--orange);color:#fff;border-color:transparent}.red{background:var(--red);color:#fff;border-color:transparent}
.needs{flex:1;display:flex;align-items:center;justify-content:center;color:var(--soft);font-style:italic;text-align:center}
svg{width:100%;flex:1;min-height:0}svg text{fill:var(--soft);font-size:11px}svg .grid{stroke:var(--edge)}.line{fill:none;stroke-width:2}
${[0, 1, 2, 3, 4, 5].map((n) => `rect.s${n}{fill:var(--s${n})}.line.s${n}{stroke:var(--s${n})}i.s${n}{background:var(--s${n})}`).join('')}
.legend{display:flex;flex-wrap:wrap;gap:4px 14px;color:var(--soft);font-size:12px;padding-left:62px}.legend i{display:inline-block;width:10px;height:10px;border-radius:2px;margin-right:5px}
table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums;font-size:13px}th{color:var(--soft);font-weight:500}td,th{text-align:left;padding:3px 8px 3px 0;border-bottom:1px solid var(--edge);white-space:nowrap}.n{text-align:right}
.bar{display:grid;grid-template-columns:38% 1fr 48px;gap:8px;align-items:center;margin:3px 0}.bar b{display:block;height:15px;background:var(--s0);border-radius:3px}.bar span:last-child{text-align:right;font-variant-numeric:tabular-nums}`

const THEME = `const asked=new URLSearchParams(location.search).get('theme');
const dark=matchMedia('(prefers-color-scheme: dark)');
const paint=()=>document.documentElement.classList.toggle('dark',asked?asked==='dark':dark.matches);
paint();dark.addEventListener('change',paint)`

const area = ({ gridPos: { x, y, w, h } }: AnyPanel): string =>
  `grid-column:${x + 1}/span ${w};grid-row:${y + 1}/span ${h}`

/** What a panel shows, and the colour of its tile. */
export interface Drawn {
  readonly html: string
  readonly colour: string
}

const tile = (panel: AnyPanel, drawn: ReadonlyMap<number, Drawn>): string => {
  if (panel.type === 'row')
    return `<div class="heading" style="${area(panel)}">${escapeHtml(panel.title)}</div>`
  const { html, colour } = drawn.get(panel.id) ?? { html: '', colour: '' }
  return `<section class="panel ${colour}" style="${area(panel)}" title="${escapeHtml(panel.description ?? '')}"><h2>${escapeHtml(panel.title)}</h2><div class="body">${html}</div></section>`
}

/** One dashboard as a page that needs nothing else. */
export const page = (dashboard: CheckedDashboard, drawn: ReadonlyMap<number, Drawn>, range: string): string =>
  `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${escapeHtml(dashboard.title)}</title><style>${STYLE}</style><script>${THEME}</script></head><body><header><h1>${escapeHtml(dashboard.title)}</h1><p>${escapeHtml(dashboard.description)} ${escapeHtml(range)}</p></header><main class="grid24">${dashboard.panels.map((panel) => tile(panel, drawn)).join('')}</main></body></html>`
