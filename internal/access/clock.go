package access

import (
	"context"
	"fmt"
	"net/http"
	"path/filepath"
	"strings"
	"time"

	"etalon/internal/candidate"
)

// SetClock tells a candidate's protocol clock an instant (RFC 3339), or nothing to give the time of day back, as its file
// declares. A command runs in the folder of the file.
func SetClock(ctx context.Context, clock candidate.Clock, file, instant string) error {
	if clock.HTTP == "" {
		argv := append(append([]string{}, clock.Command...), instant)
		_, err := command{argv: argv, dir: filepath.Dir(file), most: maxAnswered, within: commandTime}.run(ctx)
		return err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, clock.HTTP, strings.NewReader(instant))
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", "text/plain")
	answer, err := linked(clockTimeout).Do(request)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	if answer.StatusCode >= 300 {
		return fmt.Errorf("HTTP %d", answer.StatusCode)
	}
	return nil
}

// clockTimeout bounds the setting of a clock.
const clockTimeout = 10 * time.Second
