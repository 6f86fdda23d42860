/* limen generate, for text collections. */
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "base/json.h"
#include "base/memory.h"
#include "cli/generate.h"
#include "data/collection_write.h"
#include "definition/inputs.h"

static size_t judgements_in(const struct limen_qrels *qrels) {
  size_t count = 0;
  for (size_t q = 0; q < qrels->count; q++) count += qrels->query[q].count;
  return count;
}

/* The files that parameters name, by their content: with them and the seed the set is settled. */
static int hash_inputs(const struct limen_grid *grid, json_t **out, struct limen_error *error) {
  struct limen_inputs inputs = {0};
  int status = limen_inputs_find(grid, &inputs, error);
  *out = json_object();
  for (size_t i = 0; i < inputs.count && status == LIMEN_OK; i++)
    json_object_set_new(*out, inputs.input[i].path, json_string(inputs.input[i].sha256));
  limen_inputs_clear(&inputs);
  return status;
}

/* The content of dataset.json, released by limen_free. */
static int describe(const struct limen_text_dataset *dataset, const struct limen_texts *sets,
                    uint64_t seed, const struct limen_collection *made, char **out,
                    struct limen_error *error) {
  struct limen_grid grid = {0};
  json_t *inputs = NULL, *root = NULL;
  int status = limen_grid_make(NULL, dataset->parameters, LIMEN_SIZE_DEFAULT, sets->text,
                               sets->count, &grid, error);
  if (status == LIMEN_OK) status = hash_inputs(&grid, &inputs, error);
  if (status != LIMEN_OK) goto done;
  root = json_pack(
      "{s:i, s:s, s:I, s:o, s:O, s:I, s:I, s:I}", "schema", 1, "dataset", dataset->name, "seed",
      (json_int_t)seed, "params", limen_generate_parameters(dataset->parameters, &grid), "inputs",
      inputs, "documents", (json_int_t)made->documents.count, "queries",
      (json_int_t)made->queries.count, "judgements", (json_int_t)judgements_in(&made->qrels));
  if (!(*out = limen_json_print(root, JSON_INDENT(2), "dataset.json", error)))
    status = LIMEN_FAILED;
done:
  json_decref(root);
  json_decref(inputs);
  limen_grid_clear(&grid);
  return status;
}

/* Inputs are hashed before anything is written: they may stand in the folder themselves. */
int limen_generate_text(const struct limen_text_dataset *dataset, const char *folder,
                        const struct limen_texts *sets, uint64_t seed, struct limen_error *error) {
  struct limen_collection made = {0};
  char *about = NULL;
  int status = limen_text_dataset_make(dataset, sets->text, sets->count, seed, &made, error);
  if (status == LIMEN_OK) status = describe(dataset, sets, seed, &made, &about, error);
  if (status == LIMEN_OK) status = limen_folder_make(folder, error);
  if (status == LIMEN_OK) status = limen_generate_sweep(folder, true, error);
  if (status == LIMEN_OK) status = limen_collection_write(folder, &made, error);
  if (status == LIMEN_OK)
    status = limen_generate_write(folder, "dataset.json", about, strlen(about), error);
  if (status == LIMEN_OK)
    fprintf(stderr, "%s: %zu documents, %zu queries and %zu judgements\n", folder,
            made.documents.count, made.queries.count, judgements_in(&made.qrels));
  limen_collection_clear(&made);
  limen_free(about);
  return status;
}
