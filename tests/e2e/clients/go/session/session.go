// Package session lets a test drive a client through stdin and stdout.
package session

import (
	"bufio"
	"encoding/json"
	"os"
)

// Step does something with the arguments of a line, and returns what Cloudflare answered.
type Step func(arguments Arguments) (any, error)

// Arguments are all that a step may have. What is not sent is empty.
type Arguments struct {
	Modules   map[string]string `json:"modules"`
	Name      string            `json:"name"`
	Namespace string            `json:"namespace"`
	Secret    string            `json:"secret"`
	Source    string            `json:"source"`
	Text      string            `json:"text"`
	Title     string            `json:"title"`
	Version   string            `json:"version"`
}

type answer struct {
	Result any    `json:"result,omitempty"`
	Error  string `json:"error,omitempty"`
}

// Run does what each line of stdin says, [step, arguments] in JSON, and prints the answer as a line of JSON.
func Run(steps map[string]Step) {
	lines := bufio.NewScanner(os.Stdin)
	output := json.NewEncoder(os.Stdout)
	for lines.Scan() {
		var step string
		var arguments Arguments
		if err := json.Unmarshal(lines.Bytes(), &[]any{&step, &arguments}); err != nil {
			panic(err)
		}
		said := answer{}
		result, err := steps[step](arguments)
		if err != nil {
			said.Error = err.Error()
		} else {
			said.Result = result
		}
		if err := output.Encode(said); err != nil {
			panic(err)
		}
	}
}
