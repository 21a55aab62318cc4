"""Writes networks as ONNX files, without any library: what scripts/yunet-model and scripts/persons-model share."""
import struct


# Protocol buffers, as far as ONNX needs them: a field's number and its value.
def varint(value):
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def field(number, value):
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    if isinstance(value, str):
        value = value.encode()
    return varint(number << 3 | 2) + varint(len(value)) + value


def attribute(name, value):
    """An AttributeProto: a text, a number or a list of numbers."""
    if isinstance(value, str):
        return field(1, name) + field(4, value) + field(20, 3)
    if isinstance(value, int):
        return field(1, name) + field(3, value) + field(20, 2)
    return field(1, name) + b"".join(field(8, v) for v in value) + field(20, 7)


def value_info(name, shape):
    dimensions = b"".join(field(1, field(1, size)) for size in shape)
    return field(1, name) + field(2, field(1, field(1, 1) + field(2, dimensions)))


class Graph:
    """The nodes of a network in the order in which they run. Each method adds some and gives the name of what comes out."""

    def __init__(self):
        self.nodes, self.tensors, self.made = [], [], 0

    def tensor(self, name, shape, values):
        self.tensors.append(b"".join(field(1, size) for size in shape) + field(2, 1) + field(8, name) + field(9, struct.pack(f"<{len(values)}f", *values)))
        return name

    def node(self, kind, inputs, out=None, **attributes):
        self.made += 1
        out = out or f"{kind.lower()}{self.made}"
        self.nodes.append(b"".join(field(1, name) for name in inputs) + field(2, out) + field(3, out) + field(4, kind) +
                          b"".join(field(5, attribute(name, value)) for name, value in attributes.items()))
        return out

    def convolution(self, x, shape, weights, biases, relu=False, out=None, **attributes):
        number = len(self.tensors) // 2
        names = [x, self.tensor(f"weights{number}", shape, [v for row in weights for v in row]), self.tensor(f"biases{number}", [len(biases)], biases)]
        y = self.node("Conv", names, out=out, kernel_shape=shape[2:], **attributes)
        return self.node("Relu", [y]) if relu else y


def model(name, graph, inputs, outputs, opset):
    """The file's bytes. In: inputs and outputs, {name: shape}."""
    body = b"".join(field(1, node) for node in graph.nodes) + field(2, name) + b"".join(field(5, tensor) for tensor in graph.tensors)
    body += b"".join(field(11, value_info(*each)) for each in inputs.items()) + b"".join(field(12, value_info(*each)) for each in outputs.items())
    return field(1, 6) + field(2, "invisiblur") + field(7, body) + field(8, field(1, "") + field(2, opset))
