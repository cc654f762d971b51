/** Units of the hidden layer of feature encoders and decoders (reference code of paper 000). */
export function featureHiddenSize(featureCount: number): number {
  return Math.max(1, Math.min(Math.floor(featureCount / 2), 2048));
}
