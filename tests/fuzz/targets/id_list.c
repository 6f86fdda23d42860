#include "retrieval/id_list.h"
#include "fuzz/files.h"
#include "fuzz/judge.h"
#include "fuzz/target.h"
#include "fuzz/texts.h"

extern const struct fuzz_target fuzz_target_id_list;

static void run(const uint8_t *bytes, size_t size) {
  struct limen_id_list list = {0};
  struct limen_error error = {0};
  fuzz_judge(limen_id_list_read(fuzz_file(bytes, size), &list, &error), LIMEN_INPUT, &error);
  for (size_t i = 0; i < list.count; i++) fuzz_expect_id(list.id[i]);
  limen_id_list_clear(&list);
}

const struct fuzz_target fuzz_target_id_list = {
    .name = "id_list",
    .about = "ids of vectors, one a line",
    .longest = 512,
    .run = run,
};
