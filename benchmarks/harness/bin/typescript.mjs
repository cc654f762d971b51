// Lets Node run this repository's TypeScript sources; the published package has no use for it.
import 'tsx';

// With tsx come source maps, and with them Node reads and parses those of TensorFlow.js, a tenth of a start: they are left out.
process.setSourceMapsEnabled(false);
await import('@tensorflow/tfjs');
process.setSourceMapsEnabled(true);
