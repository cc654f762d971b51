import { featurePrediction } from '@paretrain/loss-feature-prediction';
import { perceptualSimilarity } from '@paretrain/loss-perceptual-similarity';
import { pixelWise } from '@paretrain/loss-pixel-wise';
import { autoencoder } from './autoencoder.ts';

/*
 * Every named procedure of papers 000-002 is one row: encoder, decoder, objective, variational or not, and which image
 * goes in and which is to come out. In the names of paper 000, I is the image, F the loss network's features of it.
 */

/** Paper 000; the AE of 001 and the B-AE of 002. */
export const iIPw = autoencoder({
  name: 'I-I-PW',
  description: 'Image autoencoder with the pixel-wise loss',
  source: 'paper 000, section III; AE of 001, B-AE of 002',
  encoder: 'image',
  decoder: 'image',
  objective: pixelWise,
});

/** Paper 000; the P.AE of 001 and the P-AE of 002. */
export const iIPs = autoencoder({
  name: 'I-I-PS',
  description: 'Image autoencoder with the perceptual-similarity loss',
  source: 'paper 000, section III; P.AE of 001, P-AE of 002',
  encoder: 'image',
  decoder: 'image',
  objective: perceptualSimilarity,
});

export const fIPw = autoencoder({
  name: 'F-I-PW',
  description: 'Features in, image out, pixel-wise loss',
  source: 'paper 000, section III',
  encoder: 'features',
  decoder: 'image',
  objective: pixelWise,
});

export const fIPs = autoencoder({
  name: 'F-I-PS',
  description: 'Features in, image out, perceptual-similarity loss',
  source: 'paper 000, section III',
  encoder: 'features',
  decoder: 'image',
  objective: perceptualSimilarity,
});

/** Proposed by paper 000. */
export const iFFp = autoencoder({
  name: 'I-F-FP',
  description: "Image in, the loss network's features predicted",
  source: 'paper 000, section III (proposed there)',
  encoder: 'image',
  decoder: 'features',
  objective: featurePrediction,
});

export const fFFp = autoencoder({
  name: 'F-F-FP',
  description: 'Features in, features out',
  source: 'paper 000, section III',
  encoder: 'features',
  decoder: 'features',
  objective: featurePrediction,
});

export const vae = autoencoder({
  name: 'VAE',
  description: 'Variational image autoencoder with the pixel-wise loss',
  source: 'paper 001, section III',
  encoder: 'image',
  decoder: 'image',
  objective: pixelWise,
  variational: true,
});

export const pVae = autoencoder({
  name: 'P.VAE',
  description: 'Variational image autoencoder with the perceptual-similarity loss',
  source: 'paper 001, section III',
  encoder: 'image',
  decoder: 'image',
  objective: perceptualSimilarity,
  variational: true,
});

/** Standard data augmentation: the transformed image goes in and is to come out. */
export const sdaAe = autoencoder({
  name: 'SDA-AE',
  description: 'Perceptual autoencoder of augmented images (standard data augmentation)',
  source: 'paper 002',
  encoder: 'image',
  decoder: 'image',
  objective: perceptualSimilarity,
  input: 'augmented',
  target: 'augmented',
});

/** Pseudo-labelling, proposed by paper 002: the transformed image goes in, the original is to come out. */
export const plAe = autoencoder({
  name: 'PL-AE',
  description: 'Perceptual autoencoder that gives back the original of an augmented image (pseudo-labelling)',
  source: 'paper 002 (proposed there)',
  encoder: 'image',
  decoder: 'image',
  objective: perceptualSimilarity,
  input: 'augmented',
  target: 'original',
});

/** All ten, in the order of the papers. */
export const PRESETS = [iIPw, iIPs, fIPw, fIPs, iFFp, fFFp, vae, pVae, sdaAe, plAe] as const;
