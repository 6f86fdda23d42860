#include "base/process.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

/* Keeps the last bytes of what the program says: the end of a message names the cause. */
static void drain(int from, char *words, size_t size) {
  size_t used = 0;
  char piece[512];
  for (;;) {
    ssize_t got = read(from, piece, sizeof piece);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) break;
    size_t count = (size_t)got;
    if (used + count > size - 1) {
      size_t drop = used + count - (size - 1);
      if (drop > used) drop = used;
      memmove(words, words + drop, used - drop);
      used -= drop;
    }
    memcpy(words + used, piece, count);
    used += count;
  }
  while (used > 0 && isspace((unsigned char)words[used - 1])) used--;
  words[used] = '\0';
}

int limen_process_run(const char *const *arguments, const char *folder, struct limen_error *error) {
  int status = LIMEN_OK, pipe_ends[2], code = 0;
  char words[640] = ""; /* leaves room for the rest of the message, so that the end is not cut */
  pid_t child;
  posix_spawn_file_actions_t actions;
  if (pipe2(pipe_ends, O_CLOEXEC) != 0)
    return LIMEN_FAIL(error, LIMEN_FAILED, "cannot start %s: %s", arguments[0], strerror(errno));
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, pipe_ends[1], 2);
  if (folder) posix_spawn_file_actions_addchdir_np(&actions, folder);
  int reason =
      posix_spawnp(&child, arguments[0], &actions, NULL, (char *const *)arguments, environ);
  posix_spawn_file_actions_destroy(&actions);
  close(pipe_ends[1]);
  if (reason != 0) {
    status =
        LIMEN_FAIL(error, LIMEN_FAILED, "cannot start %s: %s; `limen doctor` says what to install",
                   arguments[0], strerror(reason));
    goto done;
  }
  drain(pipe_ends[0], words, sizeof words);
  while (waitpid(child, &code, 0) < 0 && errno == EINTR) continue;
  if (!WIFEXITED(code) || WEXITSTATUS(code) != 0)
    status = LIMEN_FAIL(error, LIMEN_FAILED, "%.255s failed: %s", arguments[0],
                        words[0] ? words : "it gave no reason");
done:
  close(pipe_ends[0]);
  return status;
}
