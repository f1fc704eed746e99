"""What models for tables answer, by the libraries that trained them.

Trains small models on data that comes with scikit-learn, saves each as ONNX and writes beside it what the library
itself predicts for a few rows: `expected/tables/<name>.onnx` and `expected/tables.json`.

Made with scikit-learn 1.9.1, skl2onnx 1.20.0, onnxmltools 1.16.0, lightgbm 4.7.0, xgboost 3.2.0, onnx 1.23.2,
numpy 2.4.6, pandas 3.1.1. Run from the project's root: `python tests/reference/tables.py`.
"""

import json
from pathlib import Path

import numpy as np
import pandas as pd
from lightgbm import LGBMClassifier, LGBMRegressor
from onnxmltools import convert_lightgbm, convert_xgboost
from onnxmltools.convert.common.data_types import FloatTensorType as ToolsFloat
from skl2onnx import to_onnx
from skl2onnx.common.data_types import (
    BooleanTensorType,
    DoubleTensorType,
    FloatTensorType,
    Int64TensorType,
    StringTensorType,
)
from sklearn import datasets
from sklearn.cluster import KMeans
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import GradientBoostingRegressor, IsolationForest, RandomForestClassifier
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.mixture import GaussianMixture
from sklearn.naive_bayes import GaussianNB
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler
from sklearn.svm import SVC
from sklearn.tree import DecisionTreeClassifier
from xgboost import XGBClassifier, XGBRegressor

TARGET = Path(__file__).parent / "expected"
OPSETS = {"": 17, "ai.onnx.ml": 3}
found = {}


def save(name, onx, table, **expected):
    """One model, the table it is given (headings and texts), and what its library says about it."""
    content = onx.SerializeToString()
    (TARGET / "tables" / f"{name}.onnx").write_bytes(content)
    columns, rows = table
    plain = {key: np.asarray(value).tolist() for key, value in expected.items() if value is not None}
    found[name] = {"columns": columns, "rows": rows, **plain}
    print(f"{name:32} {len(content):7} bytes")


def texts(values):
    return [[repr(float(cell)) for cell in row] for row in values]


def float_input(count):
    return [("X", FloatTensorType([None, count]))]


def classifier(name, model, x, names, zipmap):
    table = (list(names), texts(x))
    options = {id(model): {"zipmap": zipmap}}
    onx = to_onnx(model, initial_types=float_input(x.shape[1]), options=options, target_opset=OPSETS)
    chance = model.predict_proba(x)
    save(
        name,
        onx,
        table,
        labels=list(map(str, model.classes_)),
        answers=list(map(str, model.predict(x))),
        chance=chance,
    )


iris, wine, diabetes = datasets.load_iris(), datasets.load_wine(), datasets.load_diabetes(scaled=False)
flowers = iris.target_names[iris.target]
x = iris.data.astype(np.float32)
some = x[::15]

logistic = LogisticRegression(max_iter=500).fit(x, iris.target)
for word, zipmap in (("zipmap", True), ("plain", False), ("columns", "columns")):
    classifier(f"logistic_{word}", logistic, some, iris.feature_names, zipmap)
named = LogisticRegression(max_iter=500).fit(x, flowers)
for word, zipmap in (("zipmap", True), ("plain", False), ("columns", "columns")):
    classifier(f"logistic_named_{word}", named, some, iris.feature_names, zipmap)
forest = RandomForestClassifier(5, max_depth=3, random_state=0).fit(x, flowers)
classifier("forest_plain", forest, some, iris.feature_names, False)
classifier("bayes_named_plain", GaussianNB().fit(x, flowers), some, iris.feature_names, False)
wines = wine.data.astype(np.float32)
scaled = make_pipeline(StandardScaler(), LogisticRegression(max_iter=500)).fit(wines, wine.target)
classifier("wine_pipeline_zipmap", scaled, wines[::20], wine.feature_names, True)
two = x[:100]
classifier("two_classes_plain", LogisticRegression().fit(two, flowers[:100]), two[::11], iris.feature_names, False)

svc = SVC(random_state=0).fit(x, iris.target)
onx = to_onnx(svc, initial_types=float_input(4), options={id(svc): {"zipmap": False}}, target_opset=OPSETS)
save(
    "svc_raw",
    onx,
    (iris.feature_names, texts(some)),
    labels=["0", "1", "2"],
    answers=list(map(str, svc.predict(some))),
    raw=svc.decision_function(some),
)
sure = SVC(probability=True, random_state=0).fit(x, flowers)
classifier("svc_chance", sure, some, iris.feature_names, True)

body = diabetes.data.astype(np.float32)
for name, model in (
    ("linear_regression", LinearRegression()),
    ("boosting_regression", GradientBoostingRegressor(n_estimators=10, max_depth=2, random_state=0)),
):
    model.fit(body, diabetes.target)
    onx = to_onnx(model, initial_types=float_input(10), target_opset=OPSETS)
    save(name, onx, (diabetes.feature_names, texts(body[::45])), values=model.predict(body[::45]).reshape(-1, 1))
both = LinearRegression().fit(body[:, :3], np.stack([diabetes.target, diabetes.target * 2], 1))
onx = to_onnx(both, initial_types=float_input(3), target_opset=OPSETS)
save("two_values", onx, (diabetes.feature_names[:3], texts(body[::45, :3])), values=both.predict(body[::45, :3]))
doubles = LinearRegression().fit(body.astype(np.float64), diabetes.target)
onx = to_onnx(doubles, initial_types=[("X", DoubleTensorType([None, 10]))], target_opset=OPSETS)
save(
    "double_numbers",
    onx,
    (diabetes.feature_names, texts(body[::45])),
    values=doubles.predict(body[::45]).reshape(-1, 1),
)
counts = np.round(iris.data).astype(np.int64)
whole = DecisionTreeClassifier(max_depth=3, random_state=0).fit(counts, flowers)
onx = to_onnx(
    whole,
    initial_types=[("X", Int64TensorType([None, 4]))],
    options={id(whole): {"zipmap": False}},
    target_opset=OPSETS,
)
save(
    "whole_numbers",
    onx,
    (iris.feature_names, [[str(cell) for cell in row] for row in counts[::15].tolist()]),
    labels=list(whole.classes_),
    answers=list(whole.predict(counts[::15])),
    chance=whole.predict_proba(counts[::15]),
)

odd = np.concatenate([x[:60], np.float32([[9, 9, 9, 9], [0, 0, 9, 9]])])
isolation = IsolationForest(n_estimators=4, max_samples=16, random_state=0).fit(x)
onx = to_onnx(isolation, initial_types=float_input(4), target_opset={"": 17, "ai.onnx.ml": 3})
save(
    "isolation_forest",
    onx,
    (iris.feature_names, texts(odd[::6].tolist() + odd[-2:].tolist())),
    answers=list(map(str, isolation.predict(np.concatenate([odd[::6], odd[-2:]])))),
    outlier=isolation.decision_function(np.concatenate([odd[::6], odd[-2:]])),
)
means = KMeans(3, random_state=0, n_init=1).fit(x)
onx = to_onnx(means, initial_types=float_input(4), target_opset=OPSETS)
save(
    "kmeans",
    onx,
    (iris.feature_names, texts(some)),
    answers=list(map(str, means.predict(some))),
    distances=means.transform(some),
)
mixture = GaussianMixture(3, random_state=0).fit(x)
onx = to_onnx(mixture, initial_types=float_input(4), target_opset=OPSETS)
save(
    "mixture",
    onx,
    (iris.feature_names, texts(some)),
    answers=list(map(str, mixture.predict(some))),
    chance=mixture.predict_proba(some),
)

people = pd.DataFrame(
    {
        "age": np.float32([22, 38, 26, 35, 54, 2, 27, 14, 58, 20, 39, 31]),
        "fare": np.float32([7.25, 71.3, 7.9, 53.1, 51.9, 21.1, 11.1, 30.1, 26.6, 8.1, 31.3, 18]),
        "class": np.int64([3, 1, 3, 1, 1, 3, 3, 2, 1, 3, 3, 2]),
        "alone": [False, False, True, False, True, False, False, False, True, True, False, True],
        "sex": [
            "male",
            "female",
            "female",
            "female",
            "male",
            "male",
            "female",
            "female",
            "female",
            "male",
            "male",
            "male",
        ],
        "port": list("SCSSSSSCSSSQ"),
    }
)
lived = np.array(["no", "yes", "yes", "yes", "no", "no", "yes", "yes", "yes", "no", "no", "yes"])
ready = ColumnTransformer(
    [
        ("numbers", make_pipeline(SimpleImputer(), StandardScaler()), ["age", "fare"]),
        ("words", OneHotEncoder(handle_unknown="ignore"), ["sex", "port"]),
        ("class", "passthrough", ["class"]),
    ]
)
titanic = make_pipeline(ready, LogisticRegression()).fit(people, lived)
types = [
    ("age", FloatTensorType([None, 1])),
    ("fare", FloatTensorType([None, 1])),
    ("class", Int64TensorType([None, 1])),
    ("alone", BooleanTensorType([None, 1])),
    ("sex", StringTensorType([None, 1])),
    ("port", StringTensorType([None, 1])),
]
asked = people.copy()
asked.loc[3, "age"] = np.nan
asked.loc[5, "port"] = "X"
cells = [["" if pd.isna(cell) else str(cell) for cell in row] for row in asked.to_numpy(dtype=object).tolist()]
# A column the model doesn't look at isn't among its inputs.
onx = to_onnx(
    titanic,
    initial_types=[one for one in types if one[0] != "alone"],
    options={id(titanic): {"zipmap": True}},
    target_opset=OPSETS,
)
save(
    "titanic",
    onx,
    (list(people.columns), cells),
    labels=list(titanic.classes_),
    answers=titanic.predict(asked),
    chance=titanic.predict_proba(asked),
)
words = people[["sex", "port"]].to_numpy(dtype=object)
coded = make_pipeline(OneHotEncoder(handle_unknown="ignore"), LogisticRegression()).fit(words, lived)
onx = to_onnx(
    coded,
    initial_types=[("X", StringTensorType([None, 2]))],
    options={id(coded): {"zipmap": False}},
    target_opset=OPSETS,
)
save(
    "words_only",
    onx,
    (["sex", "port"], words.tolist()),
    labels=list(coded.classes_),
    answers=coded.predict(words),
    chance=coded.predict_proba(words),
)

holes = some.copy()
holes[2, 1] = holes[5, 3] = np.nan
table = (list(iris.feature_names), [["" if np.isnan(cell) else repr(float(cell)) for cell in row] for row in holes])
light = LGBMClassifier(n_estimators=3, num_leaves=4, min_child_samples=5, verbose=-1).fit(x, iris.target)
for word, zipmap in (("zipmap", True), ("plain", False)):
    onx = convert_lightgbm(
        light, initial_types=[("float_input", ToolsFloat([None, 4]))], zipmap=zipmap, target_opset=15
    )
    save(
        f"lightgbm_{word}",
        onx,
        table,
        labels=["0", "1", "2"],
        answers=list(map(str, light.predict(holes))),
        chance=light.predict_proba(holes),
    )
lights = LGBMRegressor(n_estimators=5, num_leaves=4, verbose=-1).fit(body, diabetes.target)
onx = convert_lightgbm(lights, initial_types=[("X", ToolsFloat([None, 10]))], target_opset=15)
save(
    "lightgbm_regression",
    onx,
    (diabetes.feature_names, texts(body[::45])),
    values=lights.predict(body[::45]).reshape(-1, 1),
)
extreme = XGBClassifier(n_estimators=3, max_depth=2).fit(x, iris.target)
onx = convert_xgboost(extreme, initial_types=[("float_input", ToolsFloat([None, 4]))], target_opset=15)
save(
    "xgboost_plain",
    onx,
    table,
    labels=["0", "1", "2"],
    answers=list(map(str, extreme.predict(holes))),
    chance=extreme.predict_proba(holes),
)
extremes = XGBRegressor(n_estimators=5, max_depth=2).fit(body, diabetes.target)
onx = convert_xgboost(extremes, initial_types=[("X", ToolsFloat([None, 10]))], target_opset=15)
save(
    "xgboost_regression",
    onx,
    (diabetes.feature_names, texts(body[::45])),
    values=extremes.predict(body[::45]).reshape(-1, 1),
)

# onnxruntime's own logreg_iris.onnx holds this kind of model (one class against the rest) but says it takes
# 3 rows of 2 columns; the starter model mends that. Its answers follow from its numbers and scikit-learn's own formula.
import onnx  # noqa: E402
import onnxruntime  # noqa: E402

path = Path(onnxruntime.__file__).parent / "datasets" / "logreg_iris.onnx"
linear = {one.name: onnx.helper.get_attribute_value(one) for one in onnx.load(path).graph.node[0].attribute}
from sklearn.multiclass import OneVsRestClassifier  # noqa: E402

rest = OneVsRestClassifier(LogisticRegression()).fit(iris.data, iris.target)
for place, one in enumerate(rest.estimators_):
    one.coef_ = np.float64(linear["coefficients"]).reshape(3, 4)[place : place + 1]
    one.intercept_ = np.float64(linear["intercepts"])[place : place + 1]
found["starter_iris"] = {
    "columns": list(iris.feature_names),
    "rows": [[repr(float(cell)) for cell in row] for row in iris.data],
    "labels": iris.target_names.tolist(),
    "answers": iris.target_names[rest.predict(iris.data)].tolist(),
    "chance": rest.predict_proba(iris.data).tolist(),
    "truth": flowers.tolist(),
    "ranges": [iris.data.min(0).tolist(), iris.data.max(0).tolist()],
}
(TARGET / "tables.json").write_text(json.dumps(found, separators=(",", ":")), encoding="utf-8")
