#include "data/format.h"
#include "definition/words.h"
#include "fuzz/files.h"
#include "fuzz/judge.h"
#include "fuzz/seeds.h"
#include "fuzz/target.h"

#include <string.h>

extern const struct fuzz_target fuzz_target_labels;

static void read_column(const char *path, size_t column) {
  struct limen_labels labels;
  struct limen_error error = {0};
  int status = limen_labels_read(path, column, &labels, &error);
  fuzz_judge(status, LIMEN_INPUT, &error);
  for (size_t i = 0; i < labels.rows; i++)
    fuzz_expect(labels.label[i] < labels.count, "row %zu has category %u of %zu", i,
                labels.label[i], labels.count);
  for (size_t i = 0; i < labels.count; i++)
    fuzz_expect(limen_words_plain(labels.names[i], strlen(labels.names[i])),
                "category %zu is no text", i);
  limen_labels_clear(&labels);
}

static void run(const uint8_t *bytes, size_t size) {
  const char *path = fuzz_file(bytes, size);
  for (size_t column = 0; column < 3; column++) read_column(path, column);
}

static void seed(struct fuzz_seeds *to) {
  const uint8_t idx[] = {0, 0, 8, 1, 0, 0, 0, 3, 5, 0, 5};
  fuzz_seed(to, "idx", idx, sizeof idx);
}

const struct fuzz_target fuzz_target_labels = {
    .name = "labels",
    .about = "categories of rows: columns of text, or idx",
    .longest = 1024,
    .run = run,
    .seed = seed,
};
