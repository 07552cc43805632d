"""An encoder graph with 8-bit weights and multiplications for CPUs, whose rows do not depend on what else is in their batch.

    quantise(source, target, calibration_rows)      # ONNX files; lists of token ids

ONNX Runtime's dynamic quantisation takes one range over the whole input of a multiplication, so that a prediction would change with its
batch. Here each token's row has a range of its own, by plain ONNX operators:

    x [n, tokens, width] * smoothing [width]  ->  scale [n, tokens, 1], so that all of it fits  ->  uint8 around a middle
    MatMulInteger with int8 weights [width, other]  ->  int32, exact  ->  * scale * scale of each column [other]

Smoothing moves part of what is far out in a few columns of x into the weights; the middle is low where x is hardly below 0, as after
GELU. Calibration rows say where that is so; they give no ranges. Weights keep to 7 bits: x64 processors without VNNI add two products
in 16 bits, which 8 bits overflow, and all processors are to say the same.
A large embedding table is kept as int8 with a scale per row. Attention, LayerNorm, GELU and sums stay as they are.
"""
import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper, version_converter
from onnxruntime import InferenceSession
from tqdm import tqdm

from encoder import feed

OPSET = 18  # of the graph, at least
WEIGHT = 63  # highest absolute value of a weight
STEPS = 255  # of an activation
SMOOTHING = 0.5  # part of a column's range that moves into the weights: 0 none, 1 all
LEAST = 1e-5  # range of a column or scale of a row, at least
LARGE = 1_000  # rows of an embedding table from which on it is kept in 8 bits


def quantise(source, target, calibration_rows):
    model = onnx.load(source)
    if next(opset.version for opset in model.opset_import if opset.domain in ("", "ai.onnx")) < OPSET:
        model = version_converter.convert_version(model, OPSET)
    graph = model.graph
    constants = {of.name: of for of in graph.initializer}
    products = [node for node in graph.node if node.op_type == "MatMul" and node.input[1] in constants and len(constants[node.input[1]].dims) == 2]
    tables = [node for node in graph.node if node.op_type == "Gather" and node.input[0] in constants and is_large(constants[node.input[0]])]
    ranges = column_ranges(model, list(dict.fromkeys(node.input[0] for node in products)), calibration_rows)

    added = {"q.one": np.float32(1), "q.least": np.float32(LEAST), "q.last": np.array([-1], np.int64)}
    smoothings, nodes = {}, []
    for node in graph.node:
        if node in products:
            inward, weights = node.input
            if inward not in smoothings:
                of = [numpy_helper.to_array(constants[other.input[1]]) for other in products if other.input[0] == inward]
                lows, highs = ranges[inward]
                smoothings[inward] = added[f"{inward}.smoothing"] = smoothing(np.maximum(-lows, highs), of)
                low, high = max(0, (-lows * smoothings[inward]).max()), max(LEAST, (highs * smoothings[inward]).max())
                middle = np.clip(round(STEPS * low / (low + high)), 1, STEPS - 1)
                added[f"{inward}.middle"] = np.uint8(middle)
                added[f"{inward}.below"], added[f"{inward}.above"] = np.float32(-1 / middle), np.float32(1 / (STEPS - middle))
                nodes += rows_to_8_bits(inward)
            if f"{weights}.q" not in added:
                added[f"{weights}.q"], added[f"{weights}.scale"] = columns_to_8_bits(numpy_helper.to_array(constants[weights]) / smoothings[inward][:, None])
            nodes += product(inward, weights, node.output[0])
        elif node in tables:
            table = node.input[0]
            if f"{table}.q" not in added:
                columns, scale = columns_to_8_bits(numpy_helper.to_array(constants[table]).T)
                added[f"{table}.q"], added[f"{table}.scale"] = columns.T.copy(), scale[:, None]
            nodes += look_up(table, node.input[1], node.output[0])
        else:
            nodes.append(node)
    used = {name for node in nodes for name in node.input}
    kept = [of for of in graph.initializer if of.name in used]
    del graph.node[:], graph.initializer[:], graph.value_info[:]
    graph.node.extend(nodes)
    graph.initializer.extend([*kept, *(numpy_helper.from_array(value, name) for name, value in added.items())])
    onnx.checker.check_model(model)
    onnx.save(model, target)


def is_large(table):
    return table.data_type == TensorProto.FLOAT and len(table.dims) == 2 and table.dims[0] >= LARGE


def column_ranges(model, names, rows):
    """Lowest and highest value of each column of the named tensors over the calibration rows."""
    watched = onnx.ModelProto()
    watched.CopyFrom(model)
    watched.graph.output.extend(helper.make_empty_tensor_value_info(name) for name in names)
    session = InferenceSession(watched.SerializeToString(), providers=["CPUExecutionProvider"])
    inputs = {of.name for of in session.get_inputs()}
    found = {name: (np.inf, -np.inf) for name in names}
    for ids in tqdm(rows, "calibrating", unit="row", disable=None):
        ids = np.array([ids], np.int64)
        for name, values in zip(names, session.run(names, feed(ids, inputs))):
            low, high = found[name]
            rest = tuple(range(values.ndim - 1))
            found[name] = np.minimum(low, values.min(axis=rest)), np.maximum(high, values.max(axis=rest))
    return found


def smoothing(ranges, weights):
    """What each column of x is multiplied by and each row of the weights divided by."""
    of_weights = np.max([np.abs(of).max(axis=1) for of in weights], axis=0)
    found = np.maximum(of_weights, LEAST) ** (1 - SMOOTHING) / np.maximum(ranges, LEAST) ** SMOOTHING
    return (found / np.median(found)).astype(np.float32)


def columns_to_8_bits(weights):
    scale = np.maximum(np.abs(weights).max(axis=0), LEAST) / WEIGHT
    return np.rint(weights / scale).astype(np.int8), scale.astype(np.float32)


def rows_to_8_bits(x):
    return [
        helper.make_node("Mul", [x, f"{x}.smoothing"], [f"{x}.smooth"]),
        helper.make_node("ReduceMin", [f"{x}.smooth", "q.last"], [f"{x}.lowest"], keepdims=1),
        helper.make_node("ReduceMax", [f"{x}.smooth", "q.last"], [f"{x}.highest"], keepdims=1),
        helper.make_node("Mul", [f"{x}.lowest", f"{x}.below"], [f"{x}.step-below"]),
        helper.make_node("Mul", [f"{x}.highest", f"{x}.above"], [f"{x}.step-above"]),
        helper.make_node("Max", [f"{x}.step-below", f"{x}.step-above", "q.least"], [f"{x}.scale"]),
        helper.make_node("Div", [f"{x}.smooth", f"{x}.scale"], [f"{x}.steps"]),
        helper.make_node("QuantizeLinear", [f"{x}.steps", "q.one", f"{x}.middle"], [f"{x}.q"]),
    ]


def product(x, weights, output):
    return [
        helper.make_node("MatMulInteger", [f"{x}.q", f"{weights}.q", f"{x}.middle"], [f"{output}.sums"]),
        helper.make_node("Cast", [f"{output}.sums"], [f"{output}.float"], to=TensorProto.FLOAT),
        helper.make_node("Mul", [f"{output}.float", f"{x}.scale"], [f"{output}.scaled"]),
        helper.make_node("Mul", [f"{output}.scaled", f"{weights}.scale"], [output]),
    ]


def look_up(table, ids, output):
    return [
        helper.make_node("Gather", [f"{table}.q", ids], [f"{output}.q"]),
        helper.make_node("Gather", [f"{table}.scale", ids], [f"{output}.scale"]),
        helper.make_node("Cast", [f"{output}.q"], [f"{output}.float"], to=TensorProto.FLOAT),
        helper.make_node("Mul", [f"{output}.float", f"{output}.scale"], [output]),
    ]
