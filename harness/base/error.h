/* Status codes and the error that travels with them.
 *
 * A function that can fail returns an enum limen_status and takes a `struct limen_error *` last.
 * The values are the exit statuses of the program, so that a status born deep in a reader reaches
 * the shell unchanged. "Not converged" or "fewer than k found" are answers, never errors. */
#ifndef LIMEN_BASE_ERROR_H
#define LIMEN_BASE_ERROR_H

enum limen_status {
  LIMEN_OK = 0,
  LIMEN_NO = 1,           /* the answer is no: a regression, a false or altered certificate */
  LIMEN_USAGE = 2,        /* command line or definition */
  LIMEN_INPUT = 3,        /* data, a missing run folder, a store of another schema */
  LIMEN_FAILED = 4,       /* memory, disk, permissions, lock, engine */
  LIMEN_CANNOT_TELL = 5,  /* the gate has too little evidence */
  LIMEN_INTERRUPTED = 130 /* SIGINT or SIGTERM */
};

struct limen_error {
  int status;
  const char *source; /* our source file and line that failed; for developers */
  int line;
  char text[1024]; /* one or more lines for the user: what, with which value, what to do next */
};

/* Fills `error` (may be NULL) and returns `status`, so that callers can write
 * `return LIMEN_FAIL(error, LIMEN_INPUT, "...", ...)`. A longer text is cut, never overrun; what is
 * no UTF-8, or a control character other than a line feed, becomes a "?". */
#define LIMEN_FAIL(error, status, ...) \
  limen_error_set((error), (status), __FILE__, __LINE__, __VA_ARGS__)

int limen_error_set(struct limen_error *error, int status, const char *source, int line,
                    const char *format, ...) __attribute__((format(printf, 5, 6)));

/* Puts "text: " before what the error already says; returns its status. For callers that know the
 * wider context, such as which file was being read. */
int limen_error_prefix(struct limen_error *error, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
