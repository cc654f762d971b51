import type { Figure } from './figure.ts';
import type { Html } from './html.ts';
import type { ReportModel } from './model.ts';

/** What a section adds to the page and to the folder beside it. */
export interface RenderedSection {
  readonly html: Html;
  /** Written as `figures/<name>.svg` and `figures/<name>.csv`. */
  readonly figures?: readonly Figure[];
}

/** One part of the page. Adding one: a file in `sections/` and a line in the list of `sections.ts`. */
export interface Section {
  /** Anchor, unique in the page. */
  readonly id: string;
  readonly title: string;
  /** Null leaves the section out. */
  render(model: ReportModel): Promise<RenderedSection | null> | RenderedSection | null;
}
