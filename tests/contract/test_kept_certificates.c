/* The certificates that are kept in docs/: they hold, and a letter changed in one is seen. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
/* cmocka needs those above first. */
#include <cmocka.h>

#include "base/error.h"
#include "base/file.h"
#include "base/hash.h"
#include "support/folder.h"
#include "support/program.h"

#define WEB "code_n=100000000000_k=2"

static void they_hold(void **state) {
  (void)state;
  const struct program_setup here = {.folder = LIMEN_SOURCE_DIR};
  expect_output(&here, WORDS("verify", "docs"),
                WORDS("every 2-subset of 1000000000 documents, separating code, d = 135",
                      "every 2-subset of 100000000000 documents, separating code, d = 195",
                      "2 claims proved, 2 files unaltered"));
}

static void put_sum(const char *folder, const char *text) {
  char *path = path_of(folder, "certificates/SHA256SUMS"), hex[LIMEN_HASH_SIZE], line[256];
  assert_int_equal(limen_hash_text(text, strlen(text), hex, NULL), LIMEN_OK);
  snprintf(line, sizeof line, "%s  " WEB "/claim.json\n", hex);
  write_whole(path, line);
  free(path);
}

/* First with the hash of what it was; then with its own, so that the proof itself has to notice:
 * two inner words alike separate nothing. */
static void an_altered_one_does_not(void **state) {
  (void)state;
  char *folder = folder_make(), *claim = path_of(folder, "certificates/" WEB);
  const struct program_setup here = {.folder = folder};
  assert_int_equal(limen_folder_make(claim, NULL), LIMEN_OK);
  free(claim);
  char *text = read_whole(LIMEN_SOURCE_DIR "/docs/certificates/" WEB "/claim.json", NULL);
  put_sum(folder, text);
  char *word = strstr(text, "\"13bb\"");
  assert_non_null(word);
  memcpy(word, "\"00d7\"", 6); /* the word before it */
  claim = path_of(folder, "certificates/" WEB "/claim.json");
  write_whole(claim, text);
  expect_run(&here, LIMEN_NO, WORDS("verify", "."), WORDS(WEB "/claim.json"));
  put_sum(folder, text);
  expect_run(&here, LIMEN_NO, WORDS("verify", "."), WORDS(WEB "/claim.json"));
  free(claim);
  free(text);
  folder_remove(folder);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(they_hold),
                                     cmocka_unit_test(an_altered_one_does_not)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
