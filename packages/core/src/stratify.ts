import type { Rng } from './rng.ts';

/**
 * An order of all images whose every prefix has the classes in the proportions of the whole: of a class with a share p, the first n
 * images hold n p of its images to within less than one. Each smaller subset so lies inside each larger one. The classes take turns as in
 * Tijdeman, The chairman assignment problem, Discrete Mathematics 32 (1980).
 *
 * @param labels class of every image
 * @param rng decides which images of a class come first, and which of equal classes
 * @returns a permutation of 0 to labels.length - 1
 */
export function stratifiedOrder(labels: ArrayLike<number>, rng: Rng): Uint32Array {
  const members = new Map<number, number[]>();
  for (const index of rng.permutation(labels.length)) {
    const label = labels[index]!;
    const list = members.get(label);
    if (list) list.push(index);
    else members.set(label, [index]);
  }
  const classes = [...members.values()].map((images) => ({
    images,
    share: images.length / labels.length,
    taken: 0,
  }));
  const slack = classes.length > 1 ? 1 / (2 * classes.length - 2) : 0;
  return Uint32Array.from({ length: labels.length }, (_, taken) => {
    let next = classes[0]!;
    let earliest = Infinity;
    for (const each of classes) {
      const due = (taken + 1) * each.share - each.taken;
      const deadline = (1 - slack - due) / each.share;
      if (each.taken < each.images.length && due >= slack - 1e-9 && deadline < earliest) {
        next = each;
        earliest = deadline;
      }
    }
    return next.images[next.taken++]!;
  });
}
