import { readProject, stackFile } from "../../../kit/project";

test("the project of this checkout, and where its stacks' config is", () => {
  const project = readProject();
  expect(project).toMatchObject({ file: "Pulumi.yaml", main: ".", configFolder: ".", extension: ".yaml" });
  expect(stackFile(project, "dev")).toBe("Pulumi.dev.yaml");
  expect(stackFile({ ...project, configFolder: "stacks", extension: ".json" }, "eu.prod")).toBe(
    "stacks/Pulumi.eu.prod.json",
  );
});
