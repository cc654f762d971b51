import { html, type Html } from './html.ts';
import type { Marker } from './palette.ts';
import { THEME } from './palette.ts';

/** A method's symbol as in the figures; hollow off the Pareto front. */
export function markerIcon({ color, path }: Marker, filled: boolean): Html {
  return html`<svg class="marker" viewBox="0 0 16 16" width="14" height="14" aria-hidden="true">
    <path d="${path}" fill="${filled ? color : THEME.panel.light}" stroke="${color}" stroke-width="1.8" />
  </svg>`;
}
