/* Saved indexes of every kind, as `limen inspect` reads them: headers of ours, hnswlib, FAISS. */
#include "engines/index_read.h"
#include "fuzz/files.h"
#include "fuzz/indexes.h"
#include "fuzz/judge.h"
#include "fuzz/target.h"

extern const struct fuzz_target fuzz_target_index;

static void run(const uint8_t *bytes, size_t size) {
  struct limen_index_content content;
  struct limen_error error = {0};
  int status = limen_index_read(fuzz_file(bytes, size), &content, &error);
  fuzz_judge(status, LIMEN_INPUT, &error);
  if (status == LIMEN_OK) fuzz_check_content(&content);
  limen_index_content_clear(&content);
}

static void seed(struct fuzz_seeds *to) {
  fuzz_seed_indexes(to, FUZZ_INDEX_WHOLE);
  fuzz_seed_indexes(to, FUZZ_INDEX_LIBRARY);
}

const struct fuzz_target fuzz_target_index = {
    .name = "index",
    .about = "saved indexes: ours, hnswlib's and FAISS's",
    .longest = 4096,
    .run = run,
    .seed = seed,
};
