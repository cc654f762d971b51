import js from '@eslint/js';
import tseslint from 'typescript-eslint';

/** Every random number comes from a seeded stream (`Rng` in `@paretrain/core`). */
const seededRandomness = {
  'no-restricted-properties': [
    'error',
    {
      object: 'Math',
      property: 'random',
      message: 'Use a seeded stream: Rng.stream(seed, name) from @paretrain/core.',
    },
    {
      object: 'tf',
      property: 'randomNormal',
      message: 'Seed 0 means unseeded in tfjs: fill from a seeded Rng of @paretrain/core.',
    },
    {
      object: 'tf',
      property: 'randomUniform',
      message: 'Seed 0 means unseeded in tfjs: fill from a seeded Rng of @paretrain/core.',
    },
    {
      object: 'tf',
      property: 'dropout',
      message: 'tf.dropout draws unseeded numbers: build the mask from a seeded Rng.',
    },
  ],
};

export default tseslint.config(
  {
    ignores: [
      '**/dist/**',
      '**/node_modules/**',
      '**/.turbo/**',
      '**/coverage/**',
      '**/src/generated/**',
      '**/assembly/**',
      '**/templates/**',
      '**/test/written-*/**',
      'results/**',
    ],
  },
  js.configs.recommended,
  ...tseslint.configs.recommended,
  {
    files: ['**/*.{ts,mjs}'],
    languageOptions: {
      globals: {
        process: 'readonly',
        console: 'readonly',
        URL: 'readonly',
        Buffer: 'readonly',
        performance: 'readonly',
        setTimeout: 'readonly',
        clearTimeout: 'readonly',
        setInterval: 'readonly',
        clearInterval: 'readonly',
        WebAssembly: 'readonly',
      },
    },
    rules: {
      ...seededRandomness,
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      'no-restricted-syntax': [
        'error',
        { selector: 'ExportAllDeclaration', message: 'Barrels list names: no `export *`.' },
      ],
    },
  },
  {
    files: ['packages/*/src/**', 'datasets/*/src/**'],
    rules: { 'no-console': 'error', 'no-process-exit': 'off' },
  },
);
