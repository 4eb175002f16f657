/* Answers requests: one a line on standard input, one answer a line on standard output. The argument names the function. */
#include <proxycalc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef int32_t (*function)(const uint8_t *, size_t, char **, size_t *);

static const struct {
    const char *name;
    function call;
} functions[] = {
    {"find_conflicts", find_conflicts},
    {"calc_proxies", calc_proxies},
    {"proxycalc_resolve_error", proxycalc_resolve_error},
    {"proxycalc_diagnose_provisioning", proxycalc_diagnose_provisioning},
};

int main(int count, char **arguments)
{
    function call = NULL;
    for (size_t at = 0; at < sizeof functions / sizeof *functions; at++) {
        if (count == 2 && strcmp(arguments[1], functions[at].name) == 0) {
            call = functions[at].call;
        }
    }
    size_t capacity = 1 << 20;
    char *line = malloc(capacity);
    if (call == NULL || line == NULL) {
        return 1;
    }
    while (fgets(line, (int)capacity, stdin) != NULL) {
        char *response = NULL;
        size_t length = 0;
        int32_t status = call((const uint8_t *)line, strcspn(line, "\n"), &response, &length);
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
