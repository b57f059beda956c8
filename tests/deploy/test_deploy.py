"""What lies in `deploy/`, held against what others say of it, and run: as many processes as there are shards, with the
variables that the scheduler sets, must make what one run makes. The Slurm scripts are run by Slurm in `tests/shards`.

A test is skipped where its tool is missing: kubernetes-validate, botocore and the AWS CLI, shellcheck. MOCKTRAIL names
the program; without it, target/debug/mocktrail of the checkout is taken.
"""

import concurrent.futures
import http.server
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import threading
import unittest

try:
    import kubernetes_validate
    import yaml
except ImportError:
    kubernetes_validate = None
try:
    import botocore.session
    import botocore.validate
except ImportError:
    botocore = None

ROOT = pathlib.Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
PROGRAM = os.path.abspath(os.environ.get("MOCKTRAIL", ROOT / "target" / "debug" / "mocktrail"))
# Programs that lie beside this Python, as in an environment that is not activated.
PATH = f"{pathlib.Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
SCENARIO = 'seed = 4\n[traffic]\nevents = 60_000\n[[account]]\nid = "111122223333"\nregions = ["us-east-1", "eu-west-1"]\n'


def run(command, place, **variables):
    """Runs the program with only these variables of schedulers set."""
    known = ("AWS_", "SLURM_", "JOB_", "CLOUD_RUN_", "MOCKTRAIL")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(known)} | variables
    done = subprocess.run([PROGRAM, *command], cwd=place, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, (command, done.stderr)


def at_places(arguments, trail):
    """Arguments with the folders of a container, and the bucket, exchanged for ones of ours."""
    for there, here in [(trail, "many"), ("/shared/scenario.toml", "scenario.toml"), ("/scenario/", ""),
                        ("/shared/manifests", "many/.mocktrail"), ("/manifests", "many/.mocktrail")]:
        arguments = [argument.replace(there, here) for argument in arguments]
    assert not any("/shared" in argument or "s3://" in argument for argument in arguments), arguments
    return arguments


def files(folder):
    """All files of a trail and beside it, without those that only shards have."""
    paths = (path for path in folder.rglob("*") if path.is_file() and "-of-" not in path.name)
    return {str(path.relative_to(folder)): path.read_bytes() for path in paths}


class Runs(unittest.TestCase):
    """Runs commands as a scheduler would, and compares with one run."""

    def hold(self, generate, variables, merge):
        """`variables` are those of each shard."""
        with tempfile.TemporaryDirectory() as folder:
            place = pathlib.Path(folder)
            (place / "scenario.toml").write_text(SCENARIO)
            with concurrent.futures.ThreadPoolExecutor(4) as pool:
                list(pool.map(lambda shard: run(generate, place, **shard), variables))
            run(merge, place)
            run(["generate", "scenario.toml", "--to", "one"], place)
            many, one = files(place / "many"), files(place / "one")
            self.assertEqual(sorted(many), sorted(one))
            self.assertEqual([name for name in one if many[name] != one[name]], [])
            manifests = list((place / "many/.mocktrail").glob(f"manifest-*-of-{len(variables)}.jsonl"))
            self.assertEqual(len(manifests), len(variables))


@unittest.skipUnless(kubernetes_validate, "kubernetes-validate is not installed")
class Kubernetes(Runs):
    """The Jobs."""

    def job(self, name):
        return yaml.safe_load((DEPLOY / "kubernetes" / name).read_text())

    def test_the_jobs_are_those_of_the_api(self):
        for name in ["shards.yaml", "merge.yaml"]:
            for version in ["1.29", "1.33", kubernetes_validate.latest_version()]:
                kubernetes_validate.validate(self.job(name), version, strict=True)

    def test_a_job_that_is_wrong_is_told(self):
        wrong = self.job("shards.yaml")
        wrong["spec"]["completion"] = 3
        with self.assertRaises(kubernetes_validate.ValidationError):
            kubernetes_validate.validate(wrong, "1.33", strict=True)

    def test_the_pods_make_what_one_run_makes(self):
        job, merge = self.job("shards.yaml")["spec"], self.job("merge.yaml")["spec"]
        shards, joining = (spec["template"]["spec"]["containers"][0] for spec in (job, merge))
        environment = {entry["name"]: entry["value"] for entry in shards["env"]}
        self.assertEqual(environment["MOCKTRAIL_SHARD_COUNT"], str(job["completions"]))
        arguments = [at_places(container["args"], "s3://audit-lab/logs") for container in (shards, joining)]
        indexes = range(job["completions"])
        self.hold(arguments[0], [environment | {"JOB_COMPLETION_INDEX": str(index)} for index in indexes], arguments[1])


class Listener(http.server.BaseHTTPRequestHandler):
    """Answers as AWS Batch does when a job is submitted."""

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.told.append((self.path, body))
        answer = json.dumps({"jobId": f"job-{len(self.server.told)}", "jobName": body["jobName"]}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_):
        pass


@unittest.skipUnless(botocore and shutil.which("aws", path=PATH), "botocore or the AWS CLI is not installed")
class AwsBatch(Runs):
    """The job definition, and the jobs that are submitted."""

    def setUp(self):
        self.definition = json.loads((DEPLOY / "aws-batch" / "job-definition.json").read_text())
        self.model = botocore.session.get_session().get_service_model("batch")

    def faults(self, operation, parameters):
        shape = self.model.operation_model(operation).input_shape
        return botocore.validate.ParamValidator().validate(parameters, shape).generate_report()

    def test_the_definition_is_one_of_the_api(self):
        self.assertEqual(self.faults("RegisterJobDefinition", self.definition), "")
        wrong = self.definition | {"containerProperties": {"images": "x"}}
        self.assertIn("images", self.faults("RegisterJobDefinition", wrong))

    def submitted(self, shards):
        """What the script submits, by the AWS CLI itself, to a server of ours on loopback."""
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Listener)
        server.told = []
        threading.Thread(target=server.serve_forever, daemon=True).start()
        environment = {
            "PATH": PATH, "HOME": "/nonexistent", "AWS_ENDPOINT_URL": f"http://127.0.0.1:{server.server_port}",
            "AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE", "AWS_SECRET_ACCESS_KEY": "example", "AWS_REGION": "us-east-1",
            "AWS_DEFAULT_REGION": "us-east-1", "AWS_EC2_METADATA_DISABLED": "true",
        }
        places = ["/shared/scenario.toml", "s3://audit-lab/logs", "/shared/manifests"]
        command = [str(DEPLOY / "aws-batch" / "submit.sh"), "my-queue", str(shards), *places]
        done = subprocess.run(command, env=environment, capture_output=True, text=True)
        server.shutdown()
        server.server_close()
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(done.stdout, "shards are job job-1, joining their manifests is job job-2\n")
        self.assertEqual([path for path, _ in server.told], ["/v1/submitjob"] * 2)
        return [body for _, body in server.told]

    def test_the_array_makes_what_one_run_makes(self):
        array, merge = self.submitted(7)
        self.assertEqual(self.faults("SubmitJob", array) + self.faults("SubmitJob", merge), "")
        self.assertEqual((array["arrayProperties"], merge["dependsOn"]), ({"size": 7}, [{"jobId": "job-1"}]))
        self.assertEqual({array["jobDefinition"], merge["jobDefinition"]}, {self.definition["jobDefinitionName"]})
        parameters, command = array["parameters"], self.definition["containerProperties"]["command"]
        words = [parameters[word.removeprefix("Ref::")] if word.startswith("Ref::") else word for word in command]
        commands = (words, merge["containerOverrides"]["command"])
        generate, joining = (at_places(command, parameters["trail"]) for command in commands)
        shards = [{"AWS_BATCH_JOB_ARRAY_INDEX": str(n), "AWS_BATCH_JOB_ARRAY_SIZE": "7"} for n in range(7)]
        self.hold(generate, shards, joining)


class Scripts(unittest.TestCase):
    """The shell scripts."""

    scripts = sorted([*DEPLOY.rglob("*.sh"), *DEPLOY.rglob("*.sbatch")])

    def test_bash_reads_them(self):
        self.assertEqual(len(self.scripts), 4)
        for script in self.scripts:
            subprocess.run(["bash", "-n", script], check=True)

    @unittest.skipUnless(shutil.which("shellcheck", path=PATH), "shellcheck is not installed")
    def test_shellcheck_finds_nothing(self):
        done = subprocess.run([shutil.which("shellcheck", path=PATH), *self.scripts], capture_output=True, text=True)
        self.assertEqual((done.returncode, done.stdout), (0, ""))


if __name__ == "__main__":
    unittest.main()
