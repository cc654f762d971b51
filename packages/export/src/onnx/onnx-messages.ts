import protobuf from 'protobufjs/light.js';

/*
 * The messages of onnx.proto (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto, version 1.16) that a network of tensors needs, with
 * their field numbers.
 */
const field = (type: string, id: number) => ({ type, id });
const repeated = (type: string, id: number) => ({ rule: 'repeated' as const, type, id });

const root = protobuf.Root.fromJSON({
  nested: {
    ModelProto: {
      fields: {
        irVersion: field('int64', 1),
        opsetImport: repeated('OperatorSetIdProto', 8),
        producerName: field('string', 2),
        docString: field('string', 6),
        graph: field('GraphProto', 7),
      },
    },
    OperatorSetIdProto: { fields: { domain: field('string', 1), version: field('int64', 2) } },
    GraphProto: {
      fields: {
        node: repeated('NodeProto', 1),
        name: field('string', 2),
        initializer: repeated('TensorProto', 5),
        input: repeated('ValueInfoProto', 11),
        output: repeated('ValueInfoProto', 12),
      },
    },
    NodeProto: {
      fields: {
        input: repeated('string', 1),
        output: repeated('string', 2),
        name: field('string', 3),
        opType: field('string', 4),
        attribute: repeated('AttributeProto', 5),
      },
    },
    AttributeProto: {
      fields: {
        name: field('string', 1),
        f: field('float', 2),
        i: field('int64', 3),
        ints: { ...repeated('int64', 8), options: { packed: false } },
        type: field('int32', 20),
      },
    },
    TensorProto: {
      fields: {
        dims: { ...repeated('int64', 1), options: { packed: false } },
        dataType: field('int32', 2),
        name: field('string', 8),
        rawData: field('bytes', 9),
      },
    },
    ValueInfoProto: { fields: { name: field('string', 1), type: field('TypeProto', 2) } },
    TypeProto: { fields: { tensorType: field('TensorTypeProto', 1) } },
    TensorTypeProto: { fields: { elemType: field('int32', 1), shape: field('TensorShapeProto', 2) } },
    TensorShapeProto: { fields: { dim: repeated('DimensionProto', 1) } },
    DimensionProto: { fields: { dimValue: field('int64', 1), dimParam: field('string', 2) } },
  },
});

/** The file's content. */
export const ModelProto = root.lookupType('ModelProto');

/** `TensorProto.DataType` */
export const FLOAT = 1;
/** `AttributeProto.AttributeType` */
export const ATTRIBUTE = { float: 1, int: 2, ints: 7 } as const;
