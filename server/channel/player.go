package channel

import (
	"context"
	"slices"

	"shoal/server/db"
	"shoal/server/fail"
)

// Where the look of a player is decided, when not by its own name.
const (
	ByChannel  = "channel-default"
	ByPlatform = "instance-default"
)

// PlayerThemes are what a channel can choose.
var PlayerThemes = []string{ByPlatform, "galaxy", "lucide"}

const playerTheme = `SELECT player_theme FROM channel WHERE id = $1`

// PlayerTheme is how players of a channel's videos look; raw is what the channel itself says. standard is the platform's.
func PlayerTheme(ctx context.Context, q db.Q, id int64, raw bool, standard string) (theme string, err error) {
	err = q.QueryRow(ctx, playerTheme, id).Scan(&theme)
	if !raw && theme == ByPlatform {
		theme = standard
	}
	return theme, Found(err)
}

const setPlayerTheme = `UPDATE channel SET player_theme = $2 WHERE id = $1`

// SetPlayerTheme changes it.
func SetPlayerTheme(ctx context.Context, q db.Q, id int64, theme string) error {
	if !slices.Contains(PlayerThemes, theme) {
		return fail.Field("theme", "Should be instance-default, galaxy or lucide.")
	}
	_, err := q.Exec(ctx, setPlayerTheme, id, theme)
	return err
}
