import type { Margins, Step } from '../layer-chain.ts';
import { moduleName } from './module-name.ts';

/**
 * Python code of the network whose weights {@link pytorchTensors} gives: an `nn.Sequential` called `encoder`, in evaluation mode.
 * @param steps of {@link channelsFirst}
 * @param file with the weights
 */
export function pytorchCode(steps: readonly Step[], file: string): string {
  const modules = steps.flatMap((step) => moduleOf(step).map(([name, code]) => `    ('${name}', ${code}),`));
  return [
    'from collections import OrderedDict',
    'from safetensors.torch import load_file',
    'from torch import nn',
    '',
    'encoder = nn.Sequential(OrderedDict([',
    ...modules,
    ']))',
    `encoder.load_state_dict(load_file('${file}'))`,
    'encoder.eval()',
  ].join('\n');
}

function moduleOf(step: Step): [name: string, code: string][] {
  const name = moduleName(step);
  switch (step.kind) {
    case 'convolution': {
      const [filters, inputs, ...size] = step.kernel.shape;
      const { margins } = step;
      const even = margins.top === margins.bottom && margins.left === margins.right;
      const options = [`stride=${tuple(step.strides)}`];
      if (even && margins.top + margins.left > 0)
        options.push(`padding=${tuple([margins.top, margins.left])}`);
      if (!step.bias) options.push('bias=False');
      const code = `nn.Conv2d(${inputs}, ${filters}, ${tuple(size)}, ${options.join(', ')})`;
      return even
        ? [[name, code]]
        : [
            [`${name}_padding`, padding(margins)],
            [name, code],
          ];
    }
    case 'batch-normalisation':
      return [[name, `nn.BatchNorm2d(${step.scale.shape[0]}, eps=${step.epsilon})`]];
    case 'max-pooling':
      return [[name, `nn.MaxPool2d(${tuple(step.size)}, ${tuple(step.strides)})`]];
    case 'activation':
      return [[name, { relu: 'nn.ReLU()', sigmoid: 'nn.Sigmoid()', tanh: 'nn.Tanh()' }[step.activation]]];
    case 'flatten':
      return [[name, 'nn.Flatten()']];
    case 'dense': {
      const [units, inputs] = step.kernel.shape;
      return [[name, `nn.Linear(${inputs}, ${units}${step.bias ? '' : ', bias=False'})`]];
    }
  }
}

function padding({ left, right, top, bottom }: Margins): string {
  return `nn.ZeroPad2d(${tuple([left, right, top, bottom])})`;
}

function tuple(values: readonly number[]): string {
  return `(${values.join(', ')})`;
}
