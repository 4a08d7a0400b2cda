"""A checked syntax tree → LaTeX."""

import ast

NAMED = {"sin": r"\sin", "cos": r"\cos", "tanh": r"\tanh", "exp": r"\exp", "log": r"\log", "pi": r"\pi"}
RANK: dict[type, int] = {ast.Add: 1, ast.Sub: 1, ast.Mult: 2, ast.Div: 4, ast.Pow: 4}
SIGN: dict[type, str] = {ast.Add: "+", ast.Sub: "-", ast.Mult: r"\,"}


def _rank(node: ast.AST) -> int:
    if isinstance(node, ast.UnaryOp):
        return 1
    return RANK[type(node.op)] if isinstance(node, ast.BinOp) else 5


def _in_brackets(node: ast.AST, least: int) -> str:
    text = latex_of(node)
    return text if _rank(node) >= least else rf"\left({text}\right)"


def latex_of(node: ast.AST) -> str:
    """The formula of an expression that `playground.costs.expression` has accepted."""
    match node:
        case ast.Constant(value=int() | float() as value):
            return f"{value:g}"
        case ast.Name(id=name):
            return NAMED.get(name, name)
        case ast.UnaryOp(operand=operand):
            return ("-" if isinstance(node.op, ast.USub) else "") + _in_brackets(operand, 2)
        case ast.BinOp(left=left, op=ast.Div(), right=right):
            return rf"\frac{{{latex_of(left)}}}{{{latex_of(right)}}}"
        case ast.BinOp(left=left, op=ast.Pow(), right=right):
            return f"{_in_brackets(left, 5)}^{{{latex_of(right)}}}"
        case ast.BinOp(left=left, op=op, right=right):
            rank, sign = RANK[type(op)], SIGN[type(op)]
            if isinstance(op, ast.Mult) and isinstance(right, ast.Constant):
                sign = r"\cdot "  # Two numbers side by side would read as one.
            return f"{_in_brackets(left, rank)} {sign} {_in_brackets(right, rank + (not isinstance(op, ast.Add)))}"
        case ast.Call(func=ast.Name(id="sqrt"), args=[inner]):
            return rf"\sqrt{{{latex_of(inner)}}}"
        case ast.Call(func=ast.Name(id="abs"), args=[inner]):
            return rf"\left|{latex_of(inner)}\right|"
        case ast.Call(func=ast.Name(id=name), args=arguments):
            inside = ", ".join(latex_of(argument) for argument in arguments)
            return NAMED.get(name, rf"\operatorname{{{name}}}") + rf"\left({inside}\right)"
    raise TypeError(f"`{ast.dump(node)}` is not part of an expression.")
