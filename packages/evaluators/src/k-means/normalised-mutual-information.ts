/**
 * Mutual information of two labellings of the same rows by the mean of their entropies: 0 when one says nothing about the other,
 * 1 when each follows from the other, whatever the labels are called (scikit-learn's `normalized_mutual_info_score`).
 * @param counts how many rows have the one label and the other: one row of numbers per label of the first, all of equal length
 */
export function normalisedMutualInformation(counts: readonly ArrayLike<number>[]): number {
  const rows = counts.map((row) => Array.from(row));
  const ofFirst = rows.map(sum);
  const ofSecond = (rows[0] ?? []).map((_, j) => sum(rows.map((row) => row[j]!)));
  const total = sum(ofFirst);
  const entropies = entropy(ofFirst, total) + entropy(ofSecond, total);
  // Both label every row alike.
  if (entropies === 0) return 1;
  let information = 0;
  rows.forEach((row, i) =>
    row.forEach((count, j) => {
      if (count > 0) {
        information += (count / total) * Math.log((count * total) / (ofFirst[i]! * ofSecond[j]!));
      }
    }),
  );
  return Math.min(1, Math.max(0, (2 * information) / entropies));
}

function entropy(counts: readonly number[], total: number): number {
  return -sum(counts.map((count) => (count > 0 ? (count / total) * Math.log(count / total) : 0)));
}

function sum(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0);
}
