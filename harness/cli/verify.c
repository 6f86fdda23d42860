/* limen verify: re-check every certificate of a run, trusting nothing that the run said. */
#include <stdio.h>

#include "base/file.h"
#include "base/memory.h"
#include "cli/command.h"
#include "cli/options.h"
#include "limits/certificate.h"

static void say(void *context, const char *name, const char *words) {
  (void)context;
  printf("%s: %s\n", name, words);
}

static int run(int count, char **arguments, struct limen_error *error) {
  struct limen_texts words = {0};
  const struct limen_option table[] = {{0}};
  struct limen_verification result = {0};
  char *folder = NULL;
  int status = limen_options_parse(count, arguments, table, 1, 1, &words, error);
  if (status != LIMEN_OK) goto done;
  if (!(folder = limen_path_join(words.text[0], "certificates", error))) {
    status = LIMEN_FAILED;
    goto done;
  }
  if (!limen_file_exists(folder)) {
    status = LIMEN_FAIL(error, LIMEN_INPUT,
                        "%s: there are no certificates here; `limen run` writes them into its run "
                        "folder",
                        words.text[0]);
    goto done;
  }
  status = limen_certificates_verify(folder, say, NULL, &result, error);
  if (status == LIMEN_OK && result.claims == 0)
    printf("no claims: nothing was proved in this run\n");
  else if (status == LIMEN_OK)
    printf("%zu claims proved, %zu files unaltered; smallest margin %.3g with error bound %.1e\n",
           result.claims, result.files, result.worst_margin, result.worst_bound);
done:
  limen_free(folder);
  limen_texts_clear(&words);
  return status;
}

const struct limen_command limen_command_verify = {
    .name = "verify",
    .about = "prove every certificate of a run again",
    .help =
        "usage: limen verify DIR\n"
        "\n"
        "Reads DIR/certificates, checks every file against SHA256SUMS and proves every claim\n"
        "again from its vectors, in float64 with a rigorous error bound. Exit status 1 names\n"
        "the file that was altered or the claim that is false.\n"
        "\n"
        "Example:\n"
        "  limen verify reports/limit_k2\n",
    .run = run,
};
