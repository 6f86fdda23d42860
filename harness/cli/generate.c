/* limen generate: a dataset as files that any program reads. Vectors here, text collections in
 * generate_text.c. */
#include "cli/generate.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "base/json.h"
#include "base/memory.h"
#include "base/text.h"
#include "cli/command.h"
#include "data/collection_write.h"
#include "data/npy.h"

/* Vectors first, then text collections. */
static const char *dataset_name(size_t i) {
  size_t vectors = 0;
  while (limen_cli_datasets[vectors]) vectors++;
  if (i < vectors) return limen_cli_datasets[i]->name;
  return limen_cli_text_datasets[i - vectors] ? limen_cli_text_datasets[i - vectors]->name : NULL;
}

static int unknown(const char *name, struct limen_error *error) {
  const char *near = limen_nearest(name, dataset_name);
  struct limen_text names = {0};
  for (size_t i = 0; dataset_name(i); i++)
    limen_text_print(&names, "%s%s", i ? ", " : "", dataset_name(i));
  int status = LIMEN_FAIL(error, LIMEN_USAGE, "unknown dataset %.60s%s%s; there are: %s", name,
                          near ? "; nearest: " : "", near ? near : "", limen_text_string(&names));
  limen_text_clear(&names);
  return status;
}

/* ---- what vectors and texts share ---- */

int limen_generate_write(const char *folder, const char *name, const char *text, size_t length,
                         struct limen_error *error) {
  char *path = limen_path_join(folder, name, error);
  int status = path ? limen_file_write(path, text, length, error) : LIMEN_FAILED;
  limen_free(path);
  return status;
}

json_t *limen_generate_parameters(const struct limen_parameter *parameters,
                                  const struct limen_grid *grid) {
  json_t *out = json_object();
  for (size_t i = 0; parameters[i].name; i++) {
    const struct limen_value *value = limen_grid_value(grid, 0, parameters[i].name);
    json_object_set_new(out, parameters[i].name,
                        value->type == LIMEN_INTEGER ? json_integer(value->as.integer)
                        : value->type == LIMEN_REAL  ? json_real(value->as.real)
                                                     : json_string(value->as.string));
  }
  return out;
}

static int remove_one(const char *folder, const char *name, struct limen_error *error) {
  char *path = limen_path_join(folder, name, error);
  if (!path) return LIMEN_FAILED;
  remove(path);
  limen_free(path);
  return LIMEN_OK;
}

int limen_generate_sweep(const char *folder, bool texts, struct limen_error *error) {
  static const char *const vectors[] = {"base.npy", "queries.npy", "labels.tsv"};
  int status = LIMEN_OK;
  for (size_t i = 0; texts && i < sizeof vectors / sizeof *vectors && status == LIMEN_OK; i++)
    status = remove_one(folder, vectors[i], error);
  if (texts || status != LIMEN_OK) return status;
  status = remove_one(folder, "labels.tsv", error); /* not every dataset has labels */
  for (size_t i = 0; limen_collection_file(i) && status == LIMEN_OK; i++)
    status = remove_one(folder, limen_collection_file(i), error);
  return status;
}

/* ---- vectors ---- */

static int write_matrix(const char *folder, const char *name, const struct limen_matrix *matrix,
                        struct limen_error *error) {
  char *path = limen_path_join(folder, name, error);
  int status = path ? limen_npy_write(path, LIMEN_NPY_F4, matrix->rows, matrix->columns,
                                      matrix->values, error)
                    : LIMEN_FAILED;
  limen_free(path);
  return status;
}

static int write_labels(const char *folder, const struct limen_labels *labels,
                        struct limen_error *error) {
  struct limen_text text = {0};
  for (size_t i = 0; i < labels->rows; i++)
    limen_text_print(&text, "%s\n", labels->names[labels->label[i]]);
  int status = limen_text_status(&text, error);
  if (status == LIMEN_OK)
    status = limen_generate_write(folder, "labels.tsv", text.data, text.length, error);
  limen_text_clear(&text);
  return status;
}

static int write_about(const char *folder, const struct limen_dataset *dataset,
                       const struct limen_texts *sets, uint64_t seed, const struct limen_data *data,
                       struct limen_error *error) {
  struct limen_grid grid = {0};
  json_t *root = NULL;
  char *text = NULL;
  int status = limen_grid_make(NULL, dataset->parameters, LIMEN_SIZE_DEFAULT, sets->text,
                               sets->count, &grid, error);
  if (status != LIMEN_OK) goto done;
  root =
      json_pack("{s:i, s:s, s:I, s:o, s:I}", "schema", 1, "dataset", dataset->name, "seed",
                (json_int_t)seed, "params", limen_generate_parameters(dataset->parameters, &grid),
                "columns", (json_int_t)data->base.columns);
  json_object_set_new(root, "dimension",
                      isnan(data->dimension) ? json_null() : json_real(data->dimension));
  if (data->label_dimensions) {
    json_t *dimensions = json_object();
    for (size_t i = 0; i < data->labels.count; i++)
      json_object_set_new(dimensions, data->labels.names[i], json_real(data->label_dimensions[i]));
    json_object_set_new(root, "label_dimensions", dimensions);
  }
  text = limen_json_print(root, JSON_INDENT(2), "dataset.json", error);
  status =
      text ? limen_generate_write(folder, "dataset.json", text, strlen(text), error) : LIMEN_FAILED;
done:
  limen_free(text);
  json_decref(root);
  limen_grid_clear(&grid);
  return status;
}

static int generate_vectors(const struct limen_dataset *dataset, const char *folder,
                            const struct limen_texts *sets, uint64_t seed,
                            struct limen_error *error) {
  struct limen_data data = {0};
  int status = limen_dataset_make(dataset, sets->text, sets->count, seed, &data, error);
  if (status == LIMEN_OK) status = limen_folder_make(folder, error);
  if (status == LIMEN_OK) status = limen_generate_sweep(folder, false, error);
  if (status == LIMEN_OK) status = write_matrix(folder, "base.npy", &data.base, error);
  if (status == LIMEN_OK) status = write_matrix(folder, "queries.npy", &data.queries, error);
  if (status == LIMEN_OK && data.labels.rows > 0)
    status = write_labels(folder, &data.labels, error);
  if (status == LIMEN_OK) status = write_about(folder, dataset, sets, seed, &data, error);
  if (status == LIMEN_OK) {
    char number[LIMEN_NUMBER_SIZE];
    const bool known = !isnan(data.dimension);
    fprintf(stderr, "%s: %zu vectors and %zu queries of %zu columns, true dimension %s\n", folder,
            data.base.rows, data.queries.rows, data.base.columns,
            known ? limen_number(data.dimension, number) : "not a single one");
  }
  limen_data_clear(&data);
  return status;
}

static int generate(const char *name, const char *folder, const struct limen_texts *sets,
                    uint64_t seed, struct limen_error *error) {
  const struct limen_dataset *vectors = limen_dataset_find(limen_cli_datasets, name);
  if (vectors) return generate_vectors(vectors, folder, sets, seed, error);
  const struct limen_text_dataset *texts = limen_text_dataset_find(limen_cli_text_datasets, name);
  return texts ? limen_generate_text(texts, folder, sets, seed, error) : unknown(name, error);
}

static int run(int count, char **arguments, struct limen_error *error) {
  struct limen_texts words = {0}, sets = {0};
  const char *folder = NULL, *seed_text = "0";
  long seed = 0;
  const struct limen_option table[] = {{"--out", LIMEN_OPTION_TEXT, &folder},
                                       {"--set", LIMEN_OPTION_TEXTS, &sets},
                                       {"--seed", LIMEN_OPTION_TEXT, &seed_text},
                                       {0}};
  int status = limen_options_parse(count, arguments, table, 1, 1, &words, error);
  if (status == LIMEN_OK)
    status = limen_option_integer("--seed", seed_text, 0, 1000000000000000L, &seed, error);
  if (status == LIMEN_OK && !folder)
    status = LIMEN_FAIL(error, LIMEN_USAGE, "limen generate: --out DIR is needed");
  if (status == LIMEN_OK) status = generate(words.text[0], folder, &sets, (uint64_t)seed, error);
  limen_texts_clear(&sets);
  limen_texts_clear(&words);
  return status;
}

const struct limen_command limen_command_generate = {
    .name = "generate",
    .about = "make a dataset: vectors of known dimension, clusters, hubs; texts with judgements",
    .help =
        "usage: limen generate DATASET --out DIR [--set key=value]... [--seed S]\n"
        "\n"
        "Vectors: writes base.npy, queries.npy, labels.tsv (one label a row of the base, where\n"
        "there are labels). Texts: writes corpus.jsonl, queries.jsonl, qrels.jsonl, the same\n"
        "judgements for BEIR in qrels/ and all for TREC in trec/. And dataset.json with all\n"
        "parameters. The same seed gives the same data; files of an earlier dataset in DIR are\n"
        "replaced. `limen list datasets` lists them, `limen describe DATASET` says which keys\n"
        "there are. Example:\n"
        "  limen generate subspace --out data/s64 --set rank=64 --set ambient=1024\n"
        "  limen generate limit --out data/limit-small --set documents=46\n",
    .run = run,
};
