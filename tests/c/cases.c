/* Answers requests: one a line on standard input, one answer a line on standard output. The argument names the function. */
#include <proxycalc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef int32_t function(const uint8_t *, size_t, char **, size_t *);

int main(int argc, char **argv)
{
    const char *name = argc > 1 ? argv[1] : "";
    function *answer = strcmp(name, "find_conflicts") == 0          ? find_conflicts
                     : strcmp(name, "calc_proxies") == 0          ? calc_proxies
                     : strcmp(name, "diagnose_provisioning") == 0 ? proxycalc_diagnose_provisioning
                                                                  : NULL;
    if (answer == NULL) {
        fprintf(stderr, "no function %s\n", name);
        return 1;
    }
    size_t capacity = 1 << 20;
    char *line = malloc(capacity);
    if (line == NULL) {
        return 1;
    }
    while (fgets(line, (int)capacity, stdin) != NULL) {
        char *response = NULL;
        size_t length = 0;
        int32_t status = answer((const uint8_t *)line, strcspn(line, "\n"), &response, &length);
        /* A refusal is an answer too: some cases expect it. */
        if (response == NULL) {
            fprintf(stderr, "%s\n", proxycalc_status_name(status));
            return 1;
        }
        fwrite(response, 1, length, stdout);
        putchar('\n');
        proxycalc_string_free(response);
    }
    free(line);
    return 0;
}
