import { html, Html } from './html.ts';
import type { ReportModel } from './model.ts';
import { STYLE } from './style.ts';

export interface PageSection {
  readonly id: string;
  readonly title: string;
  readonly html: Html;
}

/** The whole document: nothing is loaded, no script runs. */
export function renderPage(model: ReportModel, sections: readonly PageSection[]): string {
  const { title, suite, profile, generatedAt } = model.input;
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta
          http-equiv="Content-Security-Policy"
          content="default-src 'none'; style-src 'unsafe-inline'; img-src data:"
        />
        <title>${title}</title>
        <style>
          ${new Html(STYLE)}
        </style>
      </head>
      <body>
        <header>
          <h1>${title}</h1>
          <p class="meta">Suite ${suite}, profile ${profile}. Written ${readableTime(generatedAt)}.</p>
          <nav aria-label="Sections">
            <ul>
              ${sections.map((section) => html`<li><a href="#${section.id}">${section.title}</a></li>`)}
            </ul>
          </nav>
        </header>
        <main>
          ${sections.map(
            (section) =>
              html`<section id="${section.id}" aria-labelledby="${section.id}-title">
                <h2 id="${section.id}-title">${section.title}</h2>
                ${section.html}
              </section>`,
          )}
        </main>
        <footer>
          Figures as SVG and the numbers behind them as CSV lie in the folder of this page. Written by
          Paretrain.
        </footer>
      </body>
    </html>`;
  return `${page.text.trim()}\n`;
}

/** `2026-05-04 13:05 UTC`, or the text itself where it is no time. */
function readableTime(text: string): string {
  const time = new Date(text);
  return Number.isNaN(time.getTime()) ? text : `${time.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
