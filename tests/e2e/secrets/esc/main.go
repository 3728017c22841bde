// Evaluates a Pulumi ESC environment with ESC's own evaluator, first without opening a provider, as an editor does. Prints
// as JSON what a stack gets of it, pulumiConfig with its secrets marked, and the problems that were found.
//
// Standard input has the stand-ins of the providers, by name: the JSON Schema of their inputs, and what they return.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"

	"github.com/pulumi/esc"
	"github.com/pulumi/esc/eval"
	"github.com/pulumi/esc/schema"
)

func main() {
	answers := map[string]answer{}
	input := json.NewDecoder(os.Stdin)
	// ESC takes no other numbers.
	input.UseNumber()
	check(input.Decode(&answers))
	source, err := os.ReadFile(os.Args[1])
	check(err)
	env, diags, err := eval.LoadYAMLBytes("environment", source)
	check(err)
	result := map[string]any{}
	if !diags.HasErrors() {
		exec, err := esc.NewExecContext(map[string]esc.Value{})
		check(err)
		background := context.Background()
		_, found := eval.CheckEnvironment(background, "environment", env, nil, providers(answers), none{}, exec, false)
		diags.Extend(found...)
		evaluated, found := eval.EvalEnvironment(background, "environment", env, nil, providers(answers), none{}, exec)
		diags.Extend(found...)
		if evaluated != nil {
			result["pulumiConfig"] = evaluated.Properties["pulumiConfig"]
		}
	}
	problems := []string{}
	for _, diag := range diags {
		problems = append(problems, diag.Error())
	}
	result["problems"] = problems
	check(json.NewEncoder(os.Stdout).Encode(result))
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

type answer struct {
	Inputs  schema.Schema
	Outputs any
}

type providers map[string]answer

func (p providers) LoadProvider(_ context.Context, name string) (esc.Provider, error) {
	if known, ok := p[name]; ok {
		return known, nil
	}
	return nil, fmt.Errorf("there is no provider %q", name)
}

func (p providers) LoadRotator(_ context.Context, name string) (esc.Rotator, error) {
	return nil, fmt.Errorf("there is no rotator %q", name)
}

func (a answer) Schema() (inputs, outputs *schema.Schema) {
	return &a.Inputs, schema.Always()
}

func (a answer) Open(context.Context, map[string]esc.Value, esc.EnvExecContext) (esc.Value, error) {
	value, err := esc.FromJSON(a.Outputs)
	return value.MakeSecret(), err
}

type none struct{}

func (none) LoadEnvironment(_ context.Context, name string) ([]byte, eval.Decrypter, error) {
	return nil, nil, fmt.Errorf("there is no environment %q", name)
}
