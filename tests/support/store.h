/* A run's store, as someone alters it who knows what he is doing. */
#ifndef LIMEN_TESTS_STORE_H
#define LIMEN_TESTS_STORE_H

/* Runs SQL on FOLDER's run.db and removes the sum that would tell; the number of rows that the last
 * statement changed. Ends the test when it fails. */
int store_change(const char *folder, const char *statements);

#endif
