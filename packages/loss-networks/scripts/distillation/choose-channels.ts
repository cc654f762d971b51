import { Matrix } from 'ml-matrix';

/**
 * Chooses the channels that together tell most about all: one after the other, each time the one whose linear prediction of
 * all channels leaves least variance (greedy column subset selection).
 * @param moments second moments of all channels, channels x channels
 * @param candidates channels to choose among
 * @returns `count` of the candidates, in ascending order
 */
export function chooseChannels(moments: Matrix, candidates: readonly number[], count: number): number[] {
  const rest = moments.clone();
  const left = new Set(candidates);
  const chosen: number[] = [];
  while (chosen.length < count && left.size > 0) {
    let best = -1;
    let explained = -Infinity;
    for (const channel of left) {
      const variance = rest.get(channel, channel);
      // A channel that the chosen ones predict adds nothing but noise.
      const gain =
        variance > 1e-6 * moments.get(channel, channel) ? squaredNorm(rest, channel) / variance : 0;
      if (gain > explained) [best, explained] = [channel, gain];
    }
    left.delete(best);
    chosen.push(best);
    deflate(rest, best);
  }
  return chosen.sort((a, b) => a - b);
}

function squaredNorm(matrix: Matrix, column: number): number {
  let sum = 0;
  for (let row = 0; row < matrix.rows; row++) sum += matrix.get(row, column) ** 2;
  return sum;
}

/** Takes away what the channel predicts of all. */
function deflate(rest: Matrix, channel: number): void {
  const variance = rest.get(channel, channel);
  if (!(variance > 0)) return;
  const column = rest.getColumn(channel);
  for (const [row, a] of column.entries()) {
    for (const [other, b] of column.entries())
      rest.set(row, other, rest.get(row, other) - (a * b) / variance);
  }
}
