/**
 * The class that each cluster stands for: every class at most once, so that as many rows as possible are of the class of their
 * cluster (the assignment that the Hungarian algorithm finds).
 * @param counts rows of every cluster by class
 * @returns one class per cluster, -1 for a cluster that gets none because there are more clusters than classes
 */
export async function matchClusters(counts: readonly ArrayLike<number>[]): Promise<number[]> {
  // Not with this package: it loads what ml-kmeans does.
  const { linearSumAssignment } = await import('linear-sum-assignment');
  const { rowAssignments } = linearSumAssignment(
    counts.map((row) => Array.from(row)),
    { maximaze: true },
  );
  return Array.from(rowAssignments);
}
